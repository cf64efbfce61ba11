#pragma once

/// RESP2 on the wire: commands out, answers in. Internal to this folder.

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "platform/redis/client.hpp"

namespace platform::redis {

/// Appends the command as an array of bulk strings.
void encode(const Command& command, std::string& request);

/// What came back for one command: a reply, or the text of an error.
struct Answer {
  Reply reply;
  bool is_error = false;
};

/// Cuts a stream of bytes into answers.
class Parser {
 public:
  Parser();
  ~Parser();
  Parser(const Parser&) = delete;
  Parser& operator=(const Parser&) = delete;

  void feed(std::string_view bytes);

  /// The next answer, if it is complete. Throws Unavailable when the bytes are not RESP: there is
  /// no telling where the next answer would begin.
  std::optional<Answer> next();

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
};

}  // namespace platform::redis

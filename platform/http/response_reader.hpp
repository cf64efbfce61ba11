#pragma once

/// How a client takes an answer off a connection. Seen by .cpp files only.

#include <cstdint>
#include <optional>
#include <string_view>

#include "platform/http/input.hpp"
#include "platform/http/message.hpp"
#include "platform/http/transport/stream.hpp"

namespace platform::http {

struct ResponseHead {
  enum class Ends : std::uint8_t { by_length, by_chunks, with_connection };

  Response response;  ///< Without its body.
  Ends body_ends = Ends::by_length;
  std::uint64_t content_length = 0;
  bool keep_alive = true;
};

/// Reads a status line and headers, up to and with their empty line, as the answer to `method`.
std::optional<ResponseHead> parse_response_head(std::string_view text, Method method);

struct Answer {
  Response response;
  bool keep_alive = false;  ///< The connection can take another request.
};

/// The next answer on `stream`, past interim ones. Throws system_error when the connection fails
/// and NoAnswer when the answer is broken or its body larger than `body_max_bytes`.
awaitable<Answer> read_answer(transport::Stream& stream, Input& input, Method method,
                              std::size_t body_max_bytes);

}  // namespace platform::http

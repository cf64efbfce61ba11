#pragma once

/// How a log line is spelled, apart from its time. Whatever the fields hold, the line stays one
/// line of valid UTF-8: control characters (C0, DEL, C1) are escaped as JSON escapes them, and each
/// byte that isn't UTF-8 becomes U+FFFD. So nobody can forge a line or steer a terminal.

#include <span>
#include <string>
#include <string_view>

#include "platform/telemetry/log.hpp"

namespace platform::telemetry {

struct Origin {
  std::string role;
  std::string instance;
};

/// `"level":"info","event":"ride.started","role":"rides","instance":"rides-3f9c-0","metres":1200`:
/// the members of an object. Without a role there is no origin.
std::string json_log_line(Level level, std::string_view event, const Origin& origin,
                          std::span<const Field> fields);

/// `info  rides     ride.cancelled metres=1200 reason="no route"`.
std::string text_log_line(Level level, std::string_view event, const Origin& origin,
                          std::span<const Field> fields);

/// `text` between quotes, escaped as said above.
std::string in_quotes(std::string_view text);

}  // namespace platform::telemetry

#pragma once

#include <string_view>

#include "base/json/problem.hpp"
#include "platform/http/message.hpp"

namespace platform::http {

/// An error as application/problem+json (RFC 9457). `code` is stable and for programs
/// ("otp_wrong"), `title` is its sentence for people, `detail` is about this occurrence. `errors`
/// become
/// [{"field": "pickup.latitude", "message": "..."}]. What is empty is left out.
Response problem(int status, std::string_view code, std::string_view title,
                 std::string_view detail = {}, const base::json::Problems& errors = {},
                 std::string_view trace_id = {});

}  // namespace platform::http

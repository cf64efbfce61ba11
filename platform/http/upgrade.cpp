#include "platform/http/upgrade.hpp"

#include <algorithm>

namespace platform::http {
namespace {

constexpr std::size_t key_length = 24;  // 16 bytes in base64

bool is_allowed(std::string_view origin, const std::vector<std::string>& allowed) {
  return std::ranges::any_of(allowed, [&](std::string_view each) {
    return each == "*" || equal_without_case(each, origin);
  });
}

}  // namespace

std::optional<Fault> refuse_upgrade(const Request& request,
                                    const std::vector<std::string>& allowed_origins) {
  const auto& headers = request.headers;
  const auto key = headers.find("Sec-WebSocket-Key").value_or("");
  if (request.method != Method::get || key.size() != key_length || !request.body.empty() ||
      headers.find("Sec-WebSocket-Version") != "13")
    return faults::malformed_upgrade;
  const auto origin = headers.find("Origin");
  if (origin && !is_allowed(*origin, allowed_origins)) return faults::origin_not_allowed;
  return {};
}

}  // namespace platform::http

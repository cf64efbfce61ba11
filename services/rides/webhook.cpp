#include "services/rides/webhook.hpp"

#include <charconv>

#include "platform/security/digest.hpp"

namespace services::rides {
namespace {

constexpr std::string_view scheme = "v1=";
constexpr std::size_t timestamp_size_max = 12;

std::optional<base::Instant> instant_of(std::string_view unix_seconds) {
  std::int64_t seconds = 0;
  const auto* end = unix_seconds.data() + unix_seconds.size();
  const auto read = std::from_chars(unix_seconds.data(), end, seconds);
  const bool is_number = read.ec == std::errc{} && read.ptr == end;
  if (!is_number || unix_seconds.size() > timestamp_size_max) return {};
  return base::Instant{std::chrono::seconds{seconds}};
}

}  // namespace

std::optional<std::string> proven_body(const contracts::SignedMessage& message,
                                       const WebhookRules& rules, base::Instant now) {
  const auto sent_at = instant_of(message.timestamp);
  auto body = platform::security::from_base64url(message.body);
  if (rules.secret.empty() || !sent_at || !body) return {};
  if (now - *sent_at > rules.window || *sent_at - now > rules.window) return {};
  const auto expected = std::string{scheme} + platform::security::hmac_sha256_hex(
                                                  rules.secret, message.timestamp + '.' + *body);
  if (!platform::security::equal_in_constant_time(expected, message.signature)) return {};
  return body;
}

}  // namespace services::rides

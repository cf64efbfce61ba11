#include "services/users/edge/signed_message.hpp"

#include "base/json/json.hpp"
#include "contracts/payments.hpp"
#include "platform/security/digest.hpp"

namespace services::users::edge {

std::string signed_message(const platform::http::Request& request) {
  const auto header = [&](std::string_view name) {
    return std::string{request.headers.find(name).value_or("")};
  };
  return base::json::to_text(
      contracts::SignedMessage{.timestamp = header("Webhook-Timestamp"),
                               .signature = header("Webhook-Signature"),
                               .body = platform::security::base64url(request.body)});
}

}  // namespace services::users::edge

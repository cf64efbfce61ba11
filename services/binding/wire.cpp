#include "services/binding/wire.hpp"

#include <charconv>

namespace services::binding {
namespace {

constexpr const char* key_header = "Idempotency-Key";
constexpr const char* status_header = "Status-Code";

}  // namespace

platform::bus::MessageHeaders headers_of(const Call& call) {
  auto headers = to_headers(call.caller);
  if (!call.idempotency_key.empty()) headers.emplace_back(key_header, call.idempotency_key);
  return headers;
}

Call call_of(const platform::bus::Message& message) {
  return {.caller = caller_of(message),
          .body = message.data,
          .idempotency_key = std::string{message.header(key_header)}};
}

platform::bus::MessageHeaders headers_of(const Answer& answer) {
  return {{status_header, std::to_string(answer.status)}};
}

Answer answer_of(const platform::bus::Message& message) {
  const auto text = message.header(status_header);
  int status = 500;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return {.status = status, .body = message.data};
}

}  // namespace services::binding

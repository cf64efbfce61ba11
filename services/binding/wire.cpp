#include "services/binding/wire.hpp"

#include <charconv>

namespace services::binding {
namespace {

constexpr const char* key_header = "Idempotency-Key";
constexpr const char* status_header = "Status-Code";

/// The number that `text` begins with; 500 where it doesn't.
int status_in(std::string_view text) {
  int status = 500;
  std::from_chars(text.data(), text.data() + text.size(), status);
  return status;
}

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
  return {.status = status_in(message.header(status_header)), .body = message.data};
}

std::string to_kept(const Answer& answer) {
  return std::to_string(answer.status) + ' ' + answer.body;
}

Answer answer_of_kept(std::string_view text) {
  return {.status = status_in(text), .body = std::string{text.substr(text.find(' ') + 1)}};
}

}  // namespace services::binding

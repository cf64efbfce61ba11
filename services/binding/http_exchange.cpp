#include "services/binding/http_exchange.hpp"

#include <array>
#include <string_view>

#include "platform/telemetry/trace.hpp"

namespace services::binding {
namespace {

namespace http = platform::http;

constexpr std::size_t body_max_bytes = 16'384;
constexpr std::size_t idempotency_key_max = 128;

bool is_json(const http::Request& request) {
  const auto type = request.headers.find("Content-Type");
  return type && (type->starts_with("application/json"));
}

bool accepts_json(const http::Request& request) {
  const auto accept = request.headers.find("Accept");
  return !accept || accept->empty() || accept->find("*/*") != accept->npos ||
         accept->find("application/json") != accept->npos ||
         accept->find("application/*") != accept->npos;
}

/// What follows `prefix`, which may be spelled in either case; nothing is no token.
std::optional<std::string> text_after(std::string_view prefix, std::string_view text) {
  const bool begins = http::equal_without_case(text.substr(0, prefix.size()), prefix);
  if (!begins || text.size() == prefix.size()) return {};
  return std::string{text.substr(prefix.size())};
}

}  // namespace

std::optional<contracts::Problem> form_problem(const http::Request& request) {
  using namespace contracts::errors;
  if (!accepts_json(request)) return contracts::problem(not_acceptable);
  if (request.body.size() > body_max_bytes) return contracts::problem(too_large);
  if (!request.body.empty() && !is_json(request)) return contracts::problem(unsupported_media_type);
  const auto key = request.headers.find("Idempotency-Key");
  if (key && (key->empty() || key->size() > idempotency_key_max)) {
    return contracts::problem(invalid, "Idempotency-Key must have 1 to 128 characters");
  }
  return {};
}

std::optional<std::string> bearer_token(const http::Request& request) {
  if (const auto header = request.headers.find("Authorization")) {
    return text_after("Bearer ", *header);
  }
  for (const auto offered : request.headers.list("Sec-WebSocket-Protocol")) {
    if (auto token = text_after("bearer.", offered)) return token;
  }
  return {};
}

std::string trace_of(const http::Request& request, platform::runtime::Entropy& entropy) {
  using platform::telemetry::TraceContext;
  const auto header = request.headers.find("traceparent");
  const auto parent =
      header ? platform::telemetry::parse_traceparent(*header) : std::optional<TraceContext>{};
  if (parent) {
    std::array<std::uint8_t, TraceContext::span_id_size> span{};
    entropy.fill(span);
    return parent->child(span).traceparent();
  }
  std::array<std::uint8_t, TraceContext::random_size> random{};
  entropy.fill(random);
  return TraceContext::start(random, true).traceparent();
}

http::Response response_of(const Answer& answer) {
  http::Response response{.status = answer.status, .headers = {}, .body = answer.body};
  response.headers.set("Cache-Control", "no-store");
  if (answer.status == 204) {
    response.body.clear();
    return response;
  }
  response.headers.set("Content-Type",
                       answer.ok() ? "application/json" : "application/problem+json");
  if (answer.status == 503) response.headers.set("Retry-After", "1");
  if (answer.status == 429) response.headers.set("Retry-After", "30");
  return response;
}

http::Response response_of(const contracts::Problem& problem) {
  return response_of(answer_of(problem));
}

}  // namespace services::binding

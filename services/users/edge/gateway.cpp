#include "services/users/edge/gateway.hpp"

#include <algorithm>
#include <array>

#include "platform/resilience/retry.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/trace.hpp"
#include "services/binding/remote.hpp"

namespace services::users::edge {

namespace http = platform::http;
namespace telemetry = platform::telemetry;
using contracts::Role;

namespace {

/// What follows `prefix`, which may be spelled in either case; nothing is no token.
std::optional<std::string> text_after(std::string_view prefix, std::string_view text) {
  const bool begins = http::equal_without_case(text.substr(0, prefix.size()), prefix);
  if (!begins || text.size() == prefix.size()) return {};
  return std::string{text.substr(prefix.size())};
}

/// So many tries, and the waits between them, fit into the deadline of a call.
constexpr int tries_per_deadline = 3;
constexpr int percent_for_tries = 90;

std::chrono::milliseconds try_limit(std::chrono::milliseconds deadline) {
  return deadline * percent_for_tries / 100 / tries_per_deadline;
}

bool is_unavailable() {
  try {
    throw;
  } catch (const binding::RemoteUnavailable&) {
    return true;
  } catch (...) {
    return false;
  }
}

/// What is carried out twice under one key takes effect once.
bool can_be_repeated(const contracts::OperationRow& row, const binding::Call& call) {
  return !row.changes_something() || !call.idempotency_key.empty();
}

bool is_still_running(const binding::Answer& answer) {
  return answer.status == contracts::errors::still_running.status &&
         answer.body.find(contracts::errors::still_running.code) != std::string::npos;
}

}  // namespace

Gateway::Gateway(const binding::Environment& environment, const UsersConfig& config,
                 const accounts::Tokens& tokens, accounts::Principals& principals,
                 binding::CommandExecutor& executor)
    : environment_(environment),
      config_(config),
      tokens_(tokens),
      principals_(principals),
      executor_(executor) {}

awaitable<std::optional<Authenticated>> Gateway::authenticate(std::string access_token) {
  const auto claims = tokens_.verify(access_token);
  if (!claims) co_return std::nullopt;
  const auto session = domain::SessionId::parse(claims->session);
  if (!session) co_return std::nullopt;
  auto principal = co_await principals_.find(*session);
  if (!principal || principal->user.text() != claims->subject) co_return std::nullopt;
  co_return Authenticated{.principal = *std::move(principal),
                          .token_expires_at = claims->expires_at};
}

awaitable<std::optional<accounts::Principal>> Gateway::refreshed(domain::SessionId session) {
  return principals_.find(session);
}

awaitable<binding::Answer> Gateway::execute(const contracts::OperationRow& row,
                                            binding::Call call) {
  if (row.owner == contracts::Owner::users)
    co_return co_await executor_.execute(row, std::move(call));
  const auto trace = call.caller.trace;
  try {
    co_return co_await forward(row, std::move(call));
  } catch (const binding::RemoteUnavailable& error) {
    telemetry::warn(
        "edge.service_unavailable",
        {{"operation", std::string{row.name}}, {"reason", error.what()}, telemetry::trace(trace)});
    co_return binding::answer_of(contracts::problem(contracts::errors::unavailable));
  }
}

awaitable<binding::Answer> Gateway::forward(const contracts::OperationRow& row,
                                            binding::Call call) {
  if (!can_be_repeated(row, call)) {
    co_return co_await binding::forward(environment_.bus, row, std::move(call),
                                        config_.call_timeout);
  }
  int tries = 0;
  const auto try_once = [&]() -> awaitable<binding::Answer> {
    const bool again = tries++ > 0;
    auto answer =
        co_await binding::forward(environment_.bus, row, call, try_limit(config_.call_timeout));
    // Our own earlier try is what runs; its answer is what the caller wants.
    if (again && is_still_running(answer)) throw binding::RemoteUnavailable{"still at it"};
    co_return answer;
  };
  co_return co_await platform::resilience::retried({}, retries_, environment_.runtime.entropy(),
                                                   try_once, &is_unavailable);
}

bool may_call(const contracts::OperationRow& row,
              const std::optional<accounts::Principal>& principal) {
  switch (row.role) {
    case Role::anyone: return true;
    case Role::user: return principal.has_value();
    case Role::driver: return principal && principal->drives;
    case Role::staff:
    case Role::service: return false;
  }
  NEBENGJEK_UNREACHABLE("a role without a case");
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
  using telemetry::TraceContext;
  const auto header = request.headers.find("traceparent");
  if (const auto parent = header ? telemetry::parse_traceparent(*header) : std::nullopt) {
    std::array<std::uint8_t, TraceContext::span_id_size> span{};
    entropy.fill(span);
    return parent->child(span).traceparent();
  }
  std::array<std::uint8_t, TraceContext::random_size> random{};
  entropy.fill(random);
  return TraceContext::start(random, true).traceparent();
}

}  // namespace services::users::edge

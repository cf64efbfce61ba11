#include "services/users/edge/gateway.hpp"

#include <algorithm>
#include <array>

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
    co_return co_await binding::forward(environment_.bus, row, std::move(call),
                                        config_.call_timeout);
  } catch (const binding::RemoteUnavailable& error) {
    telemetry::warn(
        "edge.service_unavailable",
        {{"operation", std::string{row.name}}, {"reason", error.what()}, telemetry::trace(trace)});
    co_return binding::answer_of(contracts::problem(contracts::errors::unavailable));
  }
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

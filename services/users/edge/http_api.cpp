#include "services/users/edge/http_api.hpp"

#include <algorithm>

#include <boost/algorithm/string/join.hpp>

#include "contracts/documents/pages.hpp"
#include "contracts/operations.hpp"
#include "platform/postgres/errors.hpp"
#include "platform/security/digest.hpp"
#include "platform/telemetry/log.hpp"
#include "platform/telemetry/metrics.hpp"
#include "platform/telemetry/trace.hpp"
#include "services/binding/call_body.hpp"
#include "services/binding/endpoints.hpp"
#include "services/binding/http_exchange.hpp"
#include "services/users/accounts/numbers.hpp"
#include "services/users/accounts/sms.hpp"
#include "services/users/edge/documents.hpp"
#include "services/users/edge/signed_message.hpp"

namespace services::users::edge {
namespace {

namespace http = platform::http;
namespace postgres = platform::postgres;
namespace telemetry = platform::telemetry;
namespace operations = contracts::operations;
using contracts::OperationRow;

constexpr telemetry::CounterFamily http_requests{
    "nebengjek_http_requests_total", "HTTP requests answered", {"operation", "status"}};
constexpr telemetry::HistogramFamily http_seconds{
    "nebengjek_http_request_seconds", "Time to answer an HTTP request", {"operation"}};

bool is_for_phones(const OperationRow& row) { return row.role != contracts::Role::staff; }

void tell_allowance(http::Response& response, const Allowance& allowance) {
  response.headers.set("RateLimit-Limit", std::to_string(allowance.limit));
  response.headers.set("RateLimit-Remaining", std::to_string(std::max(0, allowance.remaining)));
  response.headers.set("RateLimit-Reset", std::to_string(allowance.reset.count()));
}

/// What the edge refuses by itself; what a service refuses is logged there.
http::Response refuse(const contracts::Problem& problem, const std::string& trace) {
  telemetry::info(
      "http.refused",
      {{"code", problem.code}, {"detail", problem.detail.value_or("")}, telemetry::trace(trace)});
  return binding::response_of(problem);
}

http::Response throttled(const Allowance& allowance, const std::string& trace) {
  auto response = refuse(contracts::problem(contracts::errors::too_many_requests), trace);
  tell_allowance(response, allowance);
  response.headers.set("Retry-After", std::to_string(allowance.reset.count()));
  return response;
}

bool is_the_callers_fault(const http::Response& response) {
  return response.status >= 400 && response.status < 500;
}

/// A GET's answer under an ETag; 304 when the client has it already.
void add_etag(const http::Request& request, http::Response& response) {
  const auto etag = '"' + platform::security::sha256_hex(response.body).substr(0, 32) + '"';
  response.headers.set("ETag", etag);
  if (request.headers.find("If-None-Match") != etag) return;
  response.status = 304;
  response.body.clear();
}

class Api final : public HttpApi {
 public:
  Api(const binding::Environment& environment, const UsersConfig& config, Gateway& gateway,
      RateLimits& limits, const accounts::Tokens& tokens, const binding::Presence& presence)
      : environment_(environment),
        config_(config),
        gateway_(gateway),
        limits_(limits),
        tokens_(tokens),
        presence_(presence) {}

  awaitable<http::Response> answer(http::Request request) override {
    const auto match = endpoints_.find(request);
    if (!match) {
      if (auto document = co_await beside_the_table(request)) co_return *std::move(document);
      telemetry::info("http.no_route", {{"status", match.error().status}});
      co_return match.error();
    }
    const auto& endpoint = *match->endpoint;
    auto permit = gateway_.admit(*endpoint.row);
    if (!permit) co_return turned_away(*endpoint.row);
    const auto begin = environment_.runtime.now();
    const auto trace = binding::trace_of(request, environment_.runtime.entropy());
    auto response = co_await answer_operation(endpoint, match->parameters, request, trace);
    response.headers.set("traceparent", trace);
    if (response.status < 500) permit->served();
    count(*endpoint.row, response, environment_.runtime.now() - begin);
    co_return response;
  }

 private:
  awaitable<http::Response> answer_operation(const binding::Endpoint& endpoint,
                                             const binding::PathParameters& parameters,
                                             const http::Request& request,
                                             const std::string& trace) {
    if (const auto problem = binding::form_problem(request)) co_return refuse(*problem, trace);
    if (endpoint.row->role == contracts::Role::anyone) {
      co_return co_await answer_anyone(endpoint, parameters, request, trace);
    }
    try {
      co_return co_await answer_user(endpoint, parameters, request, trace);
    } catch (const postgres::Unavailable&) {
      co_return refuse(contracts::problem(contracts::errors::unavailable), trace);
    }
  }

  awaitable<http::Response> answer_user(const binding::Endpoint& endpoint,
                                        const binding::PathParameters& parameters,
                                        const http::Request& request, const std::string& trace) {
    std::optional<Authenticated> who;
    const auto token = binding::bearer_token(request);
    if (token) who = co_await gateway_.authenticate(*token);
    if (!who) co_return unauthenticated(trace);
    const auto allowance = co_await take_user_allowance(*endpoint.row, who->principal.user);
    if (!allowance.granted()) co_return throttled(allowance, trace);
    const auto principal = co_await gateway_.permitted(*endpoint.row, who->principal);
    if (!principal) co_return refuse(contracts::problem(contracts::errors::forbidden), trace);
    auto response = co_await execute(endpoint, parameters, request,
                                     {.user = principal->user,
                                      .session = principal->session,
                                      .driver = principal->drives.has_value(),
                                      .address = request.remote_address,
                                      .staff = {},
                                      .scopes = {},
                                      .trace = trace});
    tell_allowance(response, allowance);
    co_return response;
  }

  /// Carriers put thousands behind one address, so an address is refused only when it asks much
  /// and most of it fails.
  awaitable<http::Response> answer_anyone(const binding::Endpoint& endpoint,
                                          const binding::PathParameters& parameters,
                                          const http::Request& request, const std::string& trace) {
    const Limit asked{.name = "anyone",
                      .count = config_.anonymous_requests_per_minute,
                      .window = std::chrono::minutes{1}};
    const Limit failed{.name = "anyone-failed", .count = asked.count, .window = asked.window};
    const auto allowance = co_await limits_.take(asked, request.remote_address);
    if (!allowance.granted()) {
      const auto failures = co_await limits_.look(failed, request.remote_address);
      const auto asked_count = asked.count - allowance.remaining;
      const auto failed_count = failed.count - failures.remaining;
      if (2 * failed_count > asked_count) co_return throttled(allowance, trace);
    }
    auto response = co_await execute(endpoint, parameters, request,
                                     {.user = {},
                                      .session = {},
                                      .driver = false,
                                      .address = request.remote_address,
                                      .staff = {},
                                      .scopes = {},
                                      .trace = trace});
    if (is_the_callers_fault(response)) co_await limits_.take(failed, request.remote_address);
    co_return response;
  }

  awaitable<http::Response> execute(const binding::Endpoint& endpoint,
                                    const binding::PathParameters& parameters,
                                    const http::Request& request, binding::Caller caller) {
    auto body = arguments_of(endpoint, parameters, request);
    if (!body) co_return refuse(body.error(), caller.trace);
    const auto key = request.headers.find("Idempotency-Key");
    const auto answer = co_await gateway_.execute(
        *endpoint.row, {.caller = std::move(caller),
                        .body = *std::move(body),
                        .idempotency_key = std::string{key.value_or("")}});
    auto response = binding::response_of(answer);
    if (answer.ok() && endpoint.row->method == contracts::Method::get) add_etag(request, response);
    if (is_of_all_services(*endpoint.row)) tell_degraded(response);
    co_return response;
  }

  /// A signature is over bytes, so a webhook is handed on as it came.
  static std::expected<std::string, contracts::Problem> arguments_of(
      const binding::Endpoint& endpoint, const binding::PathParameters& parameters,
      const http::Request& request) {
    const bool is_webhook = endpoint.row->name == operations::receive_payment_webhook.name;
    if (is_webhook) return signed_message(request);
    return binding::call_body(request, parameters, endpoint.schema);
  }

  /// The snapshot is made of what all services tell: without one of them it may be of before.
  static bool is_of_all_services(const OperationRow& row) {
    return row.subject == operations::get_snapshot.subject;
  }

  void tell_degraded(http::Response& response) const {
    const auto away = presence_.away();
    if (!away.empty()) response.headers.set("X-Degraded", boost::algorithm::join(away, ", "));
  }

  awaitable<Allowance> take_user_allowance(const OperationRow& row, domain::UserId user) {
    if (row.subject == operations::create_request.subject) {
      const auto rides = co_await limits_.take({.name = "ride-request",
                                                .count = config_.ride_requests_per_minute,
                                                .window = std::chrono::minutes{1}},
                                               user.text());
      if (!rides.granted()) co_return rides;
    }
    co_return co_await limits_.take({.name = "user",
                                     .count = config_.user_requests_per_second,
                                     .window = std::chrono::seconds{1}},
                                    user.text());
  }

  /// What has an address but is no operation: documents, and in development the inbox.
  awaitable<std::optional<http::Response>> beside_the_table(const http::Request& request) {
    if (request.method != http::Method::get) co_return std::nullopt;
    if (auto document = find_document(request)) co_return document;
    if (request.path == contracts::documents::key_set.path) co_return key_set(request);
    constexpr std::string_view inbox = "/dev/inbox/";
    if (config_.dev && request.path.starts_with(inbox)) {
      co_return co_await dev_inbox(request.path.substr(inbox.size()));
    }
    co_return std::nullopt;
  }

  http::Response key_set(const http::Request& request) const {
    http::Response response{
        .status = 200,
        .headers = {{"Content-Type", std::string{contracts::documents::key_set.media_type}},
                    {"Cache-Control", "max-age=300"}},
        .body = tokens_.jwks()};
    add_etag(request, response);
    return response;
  }

  awaitable<http::Response> dev_inbox(std::string number) {
    const auto msisdn = accounts::normalised_msisdn(number, config_.allowed_countries);
    if (!msisdn) co_return binding::response_of(contracts::problem(msisdn.error()));
    try {
      const auto text = co_await accounts::read_dev_inbox(environment_.redis, *msisdn);
      if (!text) co_return binding::response_of(contracts::problem(domain::Rejection::not_found));
      co_return http::Response{
          .status = 200,
          .headers = {{"Content-Type", "application/json"}},
          .body = base::json::serialized(boost::json::object{{"text", *text}})};
    } catch (const platform::redis::Unavailable&) {
      co_return binding::response_of(contracts::problem(contracts::errors::unavailable));
    }
  }

  static http::Response unauthenticated(const std::string& trace) {
    auto response = refuse(contracts::problem(contracts::errors::unauthenticated), trace);
    response.headers.set("WWW-Authenticate", "Bearer");
    return response;
  }

  /// At the cost of next to nothing: no log, no trace.
  static http::Response turned_away(const OperationRow& row) {
    http_requests.with(row.name, "503").add();
    static const auto response =
        binding::response_of(contracts::problem(contracts::errors::unavailable, "too busy"));
    return response;
  }

  static void count(const OperationRow& row, const http::Response& response, base::Duration took) {
    http_requests.with(row.name, std::to_string(response.status)).add();
    http_seconds.with(row.name).observe(std::chrono::duration<double>{took}.count());
  }

  binding::Environment environment_;
  const UsersConfig& config_;
  Gateway& gateway_;
  RateLimits& limits_;
  const accounts::Tokens& tokens_;
  const binding::Presence& presence_;
  binding::Endpoints endpoints_{&is_for_phones};
};

}  // namespace

std::unique_ptr<HttpApi> make_http_api(const binding::Environment& environment,
                                       const UsersConfig& config, Gateway& gateway,
                                       RateLimits& limits, const accounts::Tokens& tokens,
                                       const binding::Presence& presence) {
  return std::make_unique<Api>(environment, config, gateway, limits, tokens, presence);
}

http::Response server_error(int status, std::string_view code, std::string_view detail) {
  const contracts::ErrorCode error{code, status, detail};
  return binding::response_of(contracts::problem(error));
}

}  // namespace services::users::edge

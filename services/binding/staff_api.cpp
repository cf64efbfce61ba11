#include "services/binding/staff_api.hpp"

#include <chrono>
#include <utility>

#include "services/binding/api_keys.hpp"
#include "services/binding/call_body.hpp"
#include "services/binding/endpoints.hpp"
#include "services/binding/http_exchange.hpp"

namespace services::binding {
namespace {

namespace http = platform::http;
using contracts::Owner;

constexpr auto answer_limit = std::chrono::seconds{2};

/// Which rows the admin port of `self` answers.
auto rows_for_staff(Owner self) {
  return [self](const contracts::OperationRow& row) {
    return row.role == contracts::Role::staff && (row.owner == self || self == Owner::users);
  };
}

class Staff final : public StaffApi {
 public:
  Staff(const Environment& environment, Service& service)
      : environment_(environment),
        endpoints_(rows_for_staff(service.owner())),
        switchboard_(environment, service.owner(), service.executor(), answer_limit),
        keys_(environment.runtime, switchboard_) {}

  awaitable<http::Response> answer(http::Request request) override {
    const auto match = endpoints_.find(request);
    if (!match) co_return match.error();
    const auto trace = trace_of(request, environment_.runtime.entropy());
    auto response = co_await answer_operation(*match, request, trace);
    response.headers.set("traceparent", trace);
    co_return response;
  }

 private:
  awaitable<http::Response> answer_operation(const EndpointMatch& match,
                                             const http::Request& request,
                                             const std::string& trace) {
    if (const auto problem = form_problem(request)) co_return response_of(*problem);
    const auto& row = *match.endpoint->row;
    auto caller = co_await keys_.find(bearer_token(request).value_or(""), trace);
    if (!caller) co_return response_of(caller.error());
    if (!caller->has_scope(row.scope)) {
      co_return response_of(contracts::problem(contracts::errors::forbidden));
    }
    auto body = call_body(request, match.parameters, match.endpoint->schema);
    if (!body) co_return response_of(body.error());
    caller->address = request.remote_address;
    caller->trace = trace;
    const auto key = request.headers.find("Idempotency-Key");
    co_return response_of(
        co_await switchboard_.execute(row, {.caller = *std::move(caller),
                                            .body = *std::move(body),
                                            .idempotency_key = std::string{key.value_or("")}}));
  }

  Environment environment_;
  Endpoints endpoints_;
  Switchboard switchboard_;
  ApiKeys keys_;
};

}  // namespace

std::unique_ptr<StaffApi> make_staff_api(const Environment& environment, Service& service) {
  return std::make_unique<Staff>(environment, service);
}

}  // namespace services::binding

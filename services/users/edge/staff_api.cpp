#include "services/users/edge/staff_api.hpp"

#include "platform/postgres/errors.hpp"
#include "services/users/accounts/api_keys.hpp"
#include "services/users/edge/call_body.hpp"
#include "services/users/edge/endpoints.hpp"
#include "services/users/edge/http_api.hpp"

namespace services::users::edge {
namespace {

namespace http = platform::http;

http::Response problem_response(const contracts::Problem& problem) {
  return response_of(binding::answer_of(problem));
}

class Staff final : public StaffApi {
 public:
  Staff(const binding::Environment& environment, Gateway& gateway)
      : environment_(environment), gateway_(gateway), endpoints_(Audience::staff) {}

  awaitable<http::Response> answer(http::Request request) override {
    const auto match = endpoints_.find(request);
    if (!match) co_return match.error();
    const auto& row = *match->endpoint->row;
    try {
      const auto key = co_await accounts::check_api_key(
          environment_.pool, bearer_token(request).value_or(""), std::string{row.scope});
      if (!key.valid) {
        co_return problem_response(contracts::problem(contracts::errors::unauthenticated));
      }
      if (!key.in_scope) {
        co_return problem_response(contracts::problem(contracts::errors::forbidden));
      }
      co_return co_await execute(*match, request, key.name);
    } catch (const platform::postgres::Unavailable&) {
      co_return problem_response(contracts::problem(contracts::errors::unavailable));
    }
  }

 private:
  awaitable<http::Response> execute(const EndpointMatch& match, const http::Request& request,
                                    std::string staff) {
    auto body = call_body(request, match.parameters, match.endpoint->schema);
    if (!body) co_return problem_response(body.error());
    co_return response_of(co_await gateway_.execute(
        *match.endpoint->row,
        {.caller = {.user = {},
                    .session = {},
                    .driver = false,
                    .address = request.remote_address,
                    .staff = std::move(staff),
                    .scopes = {},
                    .trace = trace_of(request, environment_.runtime.entropy())},
         .body = *std::move(body),
         .idempotency_key = std::string{request.headers.find("Idempotency-Key").value_or("")}}));
  }

  binding::Environment environment_;
  Gateway& gateway_;
  Endpoints endpoints_;
};

}  // namespace

std::unique_ptr<StaffApi> make_staff_api(const binding::Environment& environment,
                                         Gateway& gateway) {
  return std::make_unique<Staff>(environment, gateway);
}

}  // namespace services::users::edge

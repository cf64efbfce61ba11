#include "services/binding/endpoints.hpp"

#include <tuple>
#include <type_traits>

#include "base/assert.hpp"
#include "base/json/json.hpp"
#include "contracts/operations.hpp"
#include "services/binding/http_exchange.hpp"

namespace services::binding {
namespace {

namespace http = platform::http;

http::Method method_of(contracts::Method method) {
  switch (method) {
    case contracts::Method::get: return http::Method::get;
    case contracts::Method::post: return http::Method::post;
    case contracts::Method::put: return http::Method::put;
    case contracts::Method::patch: return http::Method::patch;
    case contracts::Method::del: return http::Method::del;
  }
  NEBENGJEK_UNREACHABLE("a method without a case");
}

http::Response no_route(const http::Router::Miss& why) {
  const auto& error =
      why.allow.empty() ? contracts::errors::no_such_route : contracts::errors::method_not_allowed;
  auto response = response_of(contracts::problem(error));
  if (!why.allow.empty()) response.headers.set("Allow", why.allow);
  return response;
}

}  // namespace

Endpoints::Endpoints(const std::function<bool(const contracts::OperationRow&)>& serves) {
  const auto add = [&](const auto& operation) {
    using Request = typename std::decay_t<decltype(operation)>::Request;
    if (operation.path.empty() || !serves(operation)) return;
    router_.add(method_of(operation.method), operation.path, endpoints_.size());
    endpoints_.push_back({&operation, base::json::schema_of<Request>()});
  };
  std::apply([&](const auto&... operation) { (add(operation), ...); }, contracts::operations::all);
}

std::expected<EndpointMatch, http::Response> Endpoints::find(const http::Request& request) const {
  const auto match = router_.find(request.method, request.path);
  if (!match) return std::unexpected{no_route(match.error())};
  return EndpointMatch{.endpoint = &endpoints_[match->index], .parameters = match->parameters};
}

}  // namespace services::binding

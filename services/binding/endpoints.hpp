#pragma once

/// From an HTTP request to the operation it asks for.

#include <expected>
#include <functional>
#include <vector>

#include <boost/json/object.hpp>

#include "contracts/operation.hpp"
#include "platform/http/message.hpp"
#include "platform/http/router.hpp"
#include "services/binding/call_body.hpp"

namespace services::binding {

/// An operation with the schema of its arguments.
struct Endpoint {
  const contracts::OperationRow* row;
  boost::json::object schema;
};

struct EndpointMatch {
  const Endpoint* endpoint;
  PathParameters parameters;
};

class Endpoints {
 public:
  /// Those rows of contracts/operations.hpp that `serves` wants and that have a path.
  explicit Endpoints(const std::function<bool(const contracts::OperationRow&)>& serves);

  /// The operation, or the response that there is none: 404, or 405 with Allow.
  std::expected<EndpointMatch, platform::http::Response> find(
      const platform::http::Request& request) const;

  const std::vector<Endpoint>& all() const { return endpoints_; }

 private:
  std::vector<Endpoint> endpoints_;
  platform::http::Router router_;
};

}  // namespace services::binding

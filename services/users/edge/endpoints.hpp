#pragma once

/// From an HTTP request to the operation it asks for.

#include <cstdint>
#include <expected>
#include <vector>

#include <boost/json/object.hpp>

#include "contracts/operation.hpp"
#include "platform/http/message.hpp"
#include "platform/http/router.hpp"
#include "services/users/edge/call_body.hpp"

namespace services::users::edge {

/// Who is served by a port: phones on the public one, staff on the admin port.
enum class Audience : std::uint8_t { phones, staff };

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
  /// All rows of contracts/operations.hpp that have a path and are for this audience.
  explicit Endpoints(Audience audience);

  /// The operation, or the response that there is none: 404, or 405 with Allow.
  std::expected<EndpointMatch, platform::http::Response> find(
      const platform::http::Request& request) const;

  const std::vector<Endpoint>& all() const { return endpoints_; }

 private:
  std::vector<Endpoint> endpoints_;
  platform::http::Router router_;
};

}  // namespace services::users::edge

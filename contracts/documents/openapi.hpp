#pragma once

#include <boost/json/object.hpp>

namespace contracts::documents {

/// The HTTP API as OpenAPI 3.1: every row of contracts/operations.hpp that has a path, and the few
/// documents beside them. Committed as contracts/openapi.yaml; `./dev contract` writes it.
boost::json::object openapi();

}  // namespace contracts::documents

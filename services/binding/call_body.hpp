#pragma once

/// One JSON object out of the three places where HTTP carries arguments: path, query and body.

#include <expected>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/object.hpp>

#include "contracts/errors.hpp"
#include "platform/http/message.hpp"

namespace services::binding {

using PathParameters = std::vector<std::pair<std::string, std::string>>;

/// `schema` is the request type's: it tells which query values are numbers. Refuses a body that is
/// not one JSON object (malformed), and an argument given twice (unknown_field).
std::expected<std::string, contracts::Problem> call_body(const platform::http::Request& request,
                                                         const PathParameters& path_parameters,
                                                         const boost::json::object& schema);

}  // namespace services::binding

#pragma once

/// Which errors an operation can answer with over HTTP, and how they look in openapi.yaml.

#include <vector>

#include <boost/json/object.hpp>

#include "contracts/errors.hpp"
#include "contracts/operation.hpp"

namespace contracts::documents {

/// Whether it honours an Idempotency-Key: not for callers whom nobody knows.
bool takes_key(const OperationRow& row);

/// The row's own rejections and, before them, what the edge refuses for everybody.
std::vector<ErrorCode> errors_of(const OperationRow& row);

/// One response for each status: {"409": {...}}. Those that do not depend on the row are put into
/// `shared`, and referred to.
boost::json::object problem_responses(const OperationRow& row, boost::json::object& shared);

/// The bodies of all errors, by code: components that the responses refer to.
boost::json::object problem_examples();

/// Every error that there is: the edge's and the business's.
std::vector<ErrorCode> all_errors();

}  // namespace contracts::documents

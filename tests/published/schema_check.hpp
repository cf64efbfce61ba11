#pragma once

/// A validator of JSON Schema (draft 2020-12) for the keywords that the published documents use. It
/// knows nothing of the types that they were made from. A keyword that it does not know is an
/// exception: nothing is passed over in silence.

#include <cstdint>
#include <string>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

namespace tests::published {

/// Clients ignore members that they don't know; a test whose server is as old as the document finds
/// none.
enum class Unknown : std::uint8_t { allowed, refused };

/// What is wrong with `instance`, each with its place: "driver.plate is missing". References are
/// looked up in `document`.
std::vector<std::string> breaches(const boost::json::value& document,
                                  const boost::json::object& schema,
                                  const boost::json::value& instance,
                                  Unknown unknown = Unknown::refused);

}  // namespace tests::published

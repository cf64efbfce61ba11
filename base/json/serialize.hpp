#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace base::json {

/// Compact JSON. Numbers are as short as they can be and still read back as the same double:
/// 106.816 where Boost.JSON writes 1.06816E2.
std::string serialized(const boost::json::value& value);

}  // namespace base::json

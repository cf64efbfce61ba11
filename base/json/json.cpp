#include "base/json/json.hpp"

#include <boost/json/serialize.hpp>

namespace base::json {

std::string serialized(const boost::json::value& value) { return boost::json::serialize(value); }

}  // namespace base::json

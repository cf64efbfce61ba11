#pragma once

#include <span>
#include <string_view>

namespace platform::postgres {

/// One step of a schema, embedded in the program. Steps are append-only: a released one is never
/// edited (its checksum is kept and compared).
struct Migration {
  std::string_view name;  ///< "0001_rides"
  std::string_view sql;
};

}  // namespace platform::postgres

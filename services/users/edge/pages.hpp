#pragma once

#include <string_view>

namespace services::users::edge {

/// A file of services/users/edge/pages, which are embedded into the program; empty when there is
/// none of that name.
std::string_view pages(std::string_view name);

}  // namespace services::users::edge

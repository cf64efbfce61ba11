#include "platform/postgres/session.hpp"

#include <algorithm>

#include "platform/postgres/errors.hpp"

namespace platform::postgres {

std::size_t Rows::column(std::string_view name) const {
  const auto found = std::ranges::find(names_, name);
  if (found == names_.end()) throw StatementFailed{"no column is called " + std::string{name}};
  return static_cast<std::size_t>(found - names_.begin());
}

}  // namespace platform::postgres

#include <algorithm>

#include "contracts/documents/descriptions.hpp"

namespace contracts::documents {

std::string_view description_of(std::string_view name) {
  const auto rows = descriptions();
  const auto found = std::ranges::find(rows, name, &Description::name);
  return found == rows.end() ? std::string_view{} : found->text;
}

}  // namespace contracts::documents

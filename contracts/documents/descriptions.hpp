#pragma once

/// What the headers say about payload types, in the words of their comments: collected by
/// scripts/descriptions when the program is built.

#include <span>
#include <string>
#include <string_view>

namespace contracts::documents {

struct Description {
  std::string_view name;  ///< "Place" or "Place.label"
  std::string_view text;
};

/// In the order of their names.
std::span<const Description> descriptions();

/// Of a type or, as "Place.label", of a member; empty where the header says nothing.
std::string_view description_of(std::string_view name);

}  // namespace contracts::documents

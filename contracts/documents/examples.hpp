#pragma once

/// An instance of every payload type, for people to read: made from the type's schema with values
/// from one table, so that a new type or member has one without anybody writing it.

#include <string_view>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "base/json/json.hpp"

namespace contracts::documents {

/// `context` is the operation or event that it is for: the ride that `cancel_ride` answers with is
/// cancelled.
boost::json::value draft_of(const boost::json::object& schema, std::string_view context);

/// As the type itself writes it.
template <class T>
boost::json::value example_of(std::string_view context) {
  auto draft = draft_of(base::json::schema_of<T>(), context);
  const auto instance = base::json::decode<T>(draft);
  return instance ? base::json::encode(*instance) : draft;
}

}  // namespace contracts::documents

#pragma once

/// All that services promise, as rows that can be walked without knowing their types.

#include <string_view>
#include <vector>

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include "contracts/documents/examples.hpp"
#include "contracts/operation.hpp"

namespace contracts::documents {

/// A payload type: its JSON Schema with all types inside it, and an instance.
struct PayloadType {
  std::string_view name;
  boost::json::object schema;
  boost::json::value example;
};

/// `context` is the operation or event that the example is for.
template <class T>
PayloadType payload_type(std::string_view context) {
  return {base::json::type_name<T>(), base::json::schema_of<T>(), example_of<T>(context)};
}

struct CatalogueOperation {
  const OperationRow* row;
  PayloadType request;
  PayloadType answer;
};
std::vector<CatalogueOperation> all_operations();

struct CatalogueEvent {
  std::string_view type;
  Owner producer;
  PayloadType payload;
};
std::vector<CatalogueEvent> all_events();

}  // namespace contracts::documents

#pragma once

/// The named types of a document: each is written once, and referred to elsewhere.

#include <map>
#include <string>
#include <string_view>

#include <boost/json/object.hpp>

namespace contracts::documents {

class Schemas {
 public:
  /// `schema` with every titled schema inside it, and itself, replaced by a reference to its
  /// component. Adds what the headers say about types and members.
  boost::json::object referring(const boost::json::object& schema);

  /// The same of the members of a struct, without the struct around them.
  boost::json::object members_of(const boost::json::object& schema);

  /// A component that has no C++ type of its own. Returns the reference to it.
  /// Throws std::logic_error when another schema has the name.
  boost::json::object add(std::string_view name, boost::json::object schema);

  /// All so far, by name.
  boost::json::object components() const;

 private:
  boost::json::object referred_member(const boost::json::object& schema,
                                      const std::string& qualified);
  boost::json::object inlined(const boost::json::object& schema, std::string_view title);

  std::map<std::string, boost::json::object, std::less<>> components_;
};

/// {"$ref": "#/components/schemas/Place"}
boost::json::object reference_to(std::string_view component, std::string_view kind = "schemas");

}  // namespace contracts::documents

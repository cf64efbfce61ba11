#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace contracts::documents {

/// Block-style YAML 1.2 that every reader takes for the same value, for people to read and for
/// version control to compare: members keep their order, and a text that could be mistaken for a
/// number, a truth or a null is in quotes.
std::string to_yaml(const boost::json::value& document);

}  // namespace contracts::documents

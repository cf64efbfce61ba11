#pragma once

#include <string>

#include <boost/json/value.hpp>

namespace tests::published {

/// A YAML file as any reader of YAML 1.2 takes it: plain scalars are numbers, truths and null where
/// they look so, and text in quotes is text. Throws when it can't be read.
boost::json::value read_yaml_file(const std::string& path);

}  // namespace tests::published

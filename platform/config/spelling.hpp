#pragma once

/// Keys and values in words and in TOML: what messages and printed configuration are made of.

#include <string>
#include <string_view>

#include "platform/config/document.hpp"
#include "platform/config/keys.hpp"

namespace platform::config {

/// What a key wants: "a whole number between 0 and 10000".
std::string expectation(const Key& key);

/// The present value of a key's member, as TOML.
std::string toml_value(const Target& target);

/// A value that was given, for a message.
std::string given(const Value& value);

/// "rides" of "rides.platform_fee_bp", and "platform_fee_bp".
std::string_view section_of(std::string_view path);
std::string_view name_of(std::string_view path);

}  // namespace platform::config

#pragma once

/// Digests, MACs, constant-time comparison and text encodings (libsodium).

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "platform/runtime/entropy.hpp"

namespace platform::security {

std::string sha256_hex(std::string_view data);
std::string hmac_sha256_hex(std::string_view key, std::string_view data);

/// Equal in a time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

std::string base64url(std::string_view bytes);
std::optional<std::string> from_base64url(std::string_view text);

/// `bytes` of randomness as base64url: an opaque token or API key secret.
std::string random_token(runtime::Entropy& entropy, std::size_t bytes);

/// Uniform decimal digits, leading zeros kept: an OTP or a PIN.
std::string random_digits(runtime::Entropy& entropy, std::size_t digits);

}  // namespace platform::security

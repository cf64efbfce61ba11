#pragma once

/// API keys: "njk_<id>_<secret>". The id finds the key, the secret proves it; only the secret's
/// hash is kept, and since it is random, one SHA-256 is enough.

#include <optional>
#include <string>
#include <string_view>

#include "platform/runtime/entropy.hpp"

namespace platform::security {

struct ApiKey {
  std::string id;      ///< Eight letters and digits; no secret.
  std::string secret;  ///< 32 random bytes.

  /// As it is shown once and then presented.
  std::string text() const;
};

ApiKey generate_api_key(runtime::Entropy& entropy);

/// Empty on anything that generate_api_key does not make.
std::optional<ApiKey> parse_api_key(std::string_view text);

std::string hash_api_key(const ApiKey& key);

/// In constant time.
bool matches_api_key(const ApiKey& key, std::string_view hash);

}  // namespace platform::security

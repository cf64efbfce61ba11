#pragma once

/// The two kinds of key that sign access tokens, over OpenSSL's EVP.

#include <memory>
#include <string>
#include <string_view>

#include "platform/security/jwt.hpp"

struct evp_pkey_st;

namespace platform::security {

struct FreeKey {
  void operator()(evp_pkey_st* key) const;
};
using KeyHandle = std::unique_ptr<evp_pkey_st, FreeKey>;

/// Throws std::runtime_error if the system has no randomness.
KeyHandle generate_key_pair(Algorithm algorithm);

/// A private (PKCS#8) or public (SPKI) key. Throws std::runtime_error on anything else, and on keys
/// that are neither P-256 nor Ed25519.
KeyHandle read_key(std::string_view pem);

Algorithm algorithm_of(const KeyHandle& key);
std::string private_pem(const KeyHandle& key);

/// "ES256" or "EdDSA".
std::string_view name(Algorithm algorithm);

/// The members of the public JWK in the order that RFC 7638 hashes them: JSON without spaces.
std::string public_jwk(const KeyHandle& key);

/// The signature in JWS form: 64 bytes, for ES256 r and s side by side (RFC 7518, 3.4).
std::string sign(const KeyHandle& key, std::string_view data);
bool verify(const KeyHandle& key, std::string_view data, std::string_view signature);

}  // namespace platform::security

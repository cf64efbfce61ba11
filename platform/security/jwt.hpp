#pragma once

/// Access tokens: RFC 9068 JWTs signed with ES256 or EdDSA. The key decides the algorithm, never
/// the token: `alg` must equal the key's, and none, HS*, jku, x5u, jwk and crit are refused.

#include <chrono>
#include <cstdint>
#include <expected>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/instant.hpp"

namespace platform::security {

struct Claims {
  std::string subject;
  std::string session;
  std::string token_id;
  std::string issuer;
  std::string audience;
  base::Instant issued_at;
  base::Instant not_before;
  base::Instant expires_at;
};

enum class TokenFault : std::uint8_t {
  malformed,
  wrong_type,
  unknown_key,
  wrong_algorithm,
  bad_signature,
  expired,
  not_yet_valid,
  wrong_issuer,
  wrong_audience,
};

enum class Algorithm : std::uint8_t { es256, eddsa };

/// A signing key pair with the `kid` it is published under (its RFC 7638 thumbprint).
class SigningKey {
 public:
  virtual ~SigningKey() = default;
  virtual const std::string& key_id() const = 0;
  virtual std::string sign(const Claims& claims) const = 0;
  virtual std::string private_pem() const = 0;
};

/// A fresh key; throws std::runtime_error if the system has no randomness.
std::unique_ptr<SigningKey> generate_key(Algorithm algorithm);
/// From PKCS#8 PEM; throws std::runtime_error on anything but P-256 or Ed25519.
std::unique_ptr<SigningKey> load_key(std::string_view private_pem);

/// The public keys that tokens may be signed with: the current one and those being rotated out.
class KeySet {
 public:
  virtual ~KeySet() = default;
  /// Checks everything that RFC 8725 and 9068 ask for, with `leeway` on the times.
  virtual std::expected<Claims, TokenFault> verify(std::string_view token, std::string_view issuer,
                                                   std::string_view audience, base::Instant now,
                                                   std::chrono::seconds leeway) const = 0;
  /// The JWKS document, public parts only.
  virtual std::string jwks() const = 0;
};

/// Each PEM is a private (PKCS#8) or public (SPKI) key. Throws std::runtime_error on a bad one.
std::unique_ptr<KeySet> make_key_set(const std::vector<std::string>& pems);

}  // namespace platform::security

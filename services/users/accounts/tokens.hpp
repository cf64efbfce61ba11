#pragma once

/// Access tokens (JWT, minutes) and refresh tokens (opaque, weeks).
///
/// A refresh token is "<session>.<generation>.<mac>" where mac = HMAC-SHA256(secret, salt, session,
/// generation) and salt is the session's own, kept in the database: neither the secret nor the
/// database alone is enough to make one, and a successor can be told again without being stored.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "contracts/users.hpp"
#include "domain/ids.hpp"
#include "platform/runtime/runtime.hpp"
#include "platform/security/jwt.hpp"
#include "services/users/accounts/ports.hpp"
#include "services/users/config.hpp"

namespace services::users::accounts {

/// What a refresh token says, before it is believed.
struct RefreshClaim {
  domain::SessionId session;
  std::int64_t generation = 0;
  std::string mac;
};

std::optional<RefreshClaim> parse_refresh_token(const std::string& token);

class Tokens {
 public:
  /// Throws std::runtime_error when a key can't be read.
  Tokens(const platform::runtime::Runtime& runtime, const UsersConfig& config);

  /// Both tokens of the session's current generation.
  contracts::Tokens issue(const Session& session) const;

  /// Whether the claim was made by us for this session.
  bool is_genuine(const RefreshClaim& claim, const Session& session) const;

  /// The session and user of a valid access token.
  std::expected<platform::security::Claims, platform::security::TokenFault> verify(
      const std::string& access_token) const;

  std::string jwks() const { return keys_->jwks(); }

 private:
  std::string refresh_mac(const Session& session, std::int64_t generation) const;

  const platform::runtime::Runtime& runtime_;
  const UsersConfig& config_;
  std::vector<std::string> pems_;
  std::unique_ptr<platform::security::SigningKey> signing_key_;
  std::unique_ptr<platform::security::KeySet> keys_;
};

}  // namespace services::users::accounts

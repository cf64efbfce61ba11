#include "services/users/accounts/api_keys.hpp"

#include <sstream>

#include "platform/security/api_key.hpp"
#include "platform/security/digest.hpp"
#include "services/users/accounts/queries.hpp"

namespace services::users::accounts {

namespace security = platform::security;

awaitable<std::string> add_api_key(platform::postgres::Pool& pool,
                                   platform::runtime::Entropy& entropy, std::string name,
                                   std::vector<std::string> scopes, base::Instant now,
                                   std::optional<base::Instant> expires_at) {
  const auto key = security::generate_api_key(entropy);
  co_await pool.run(queries::add_api_key, key.id, name, security::hash_api_key(key), scopes, now,
                    expires_at);
  co_return key.text();
}

awaitable<std::vector<ApiKeyRow>> list_api_keys(platform::postgres::Pool& pool) {
  const auto rows = co_await pool.run(queries::list_api_keys);
  std::vector<ApiKeyRow> keys;
  for (const auto row : rows) {
    keys.push_back({.key_id = row.get<std::string>("key_id"),
                    .name = row.get<std::string>("name"),
                    .scopes = row.get<std::string>("scopes"),
                    .created_at = row.get<base::Instant>("created_at"),
                    .expires_at = row.maybe<base::Instant>("expires_at"),
                    .revoked_at = row.maybe<base::Instant>("revoked_at")});
  }
  co_return keys;
}

awaitable<bool> revoke_api_key(platform::postgres::Pool& pool, std::string key_id) {
  const auto rows = co_await pool.run(queries::revoke_api_key, key_id);
  co_return rows.affected() == 1;
}

awaitable<domain::Outcome<contracts::KnownKey>> ApiKeyUseCases::check(
    binding::Caller, contracts::PresentedKey presented) {
  const auto rows = co_await pool_.run(queries::find_api_key, presented.key_id);
  if (rows.empty()) co_return contracts::KnownKey{};
  const auto row = rows.front();
  const bool same =
      security::equal_in_constant_time(presented.secret_hash, row.get<std::string>("secret_hash"));
  if (!same) co_return contracts::KnownKey{};
  contracts::KnownKey known{.valid = true, .name = row.get<std::string>("name"), .scopes = {}};
  std::istringstream scopes{row.get<std::string>("scopes")};
  for (std::string scope; scopes >> scope;) known.scopes.push_back(scope);
  co_return known;
}

}  // namespace services::users::accounts

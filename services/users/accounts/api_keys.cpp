#include "services/users/accounts/api_keys.hpp"

#include "platform/security/api_key.hpp"
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

awaitable<ApiKeyCheck> check_api_key(platform::postgres::Pool& pool, std::string presented,
                                     std::string scope) {
  const auto key = security::parse_api_key(presented);
  if (!key) co_return ApiKeyCheck{};
  const auto rows = co_await pool.run(queries::find_api_key, key->id, scope);
  if (rows.empty()) co_return ApiKeyCheck{};
  const auto row = rows.front();
  if (!security::matches_api_key(*key, row.get<std::string>("secret_hash"))) {
    co_return ApiKeyCheck{};
  }
  co_return ApiKeyCheck{
      .valid = true, .in_scope = row.get<bool>("in_scope"), .name = row.get<std::string>("name")};
}

}  // namespace services::users::accounts

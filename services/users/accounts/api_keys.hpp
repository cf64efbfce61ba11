#pragma once

/// Keys for operators and back offices: shown once, stored hashed, scoped, expiring, revocable.

#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/runtime/entropy.hpp"

namespace services::users::accounts {

using platform::awaitable;

struct ApiKeyRow {
  std::string key_id;
  std::string name;
  std::string scopes;  ///< Separated by spaces.
  base::Instant created_at;
  std::optional<base::Instant> expires_at;
  std::optional<base::Instant> revoked_at;
};

/// Makes a key and returns its text, which can't be had again.
awaitable<std::string> add_api_key(platform::postgres::Pool& pool,
                                   platform::runtime::Entropy& entropy, std::string name,
                                   std::vector<std::string> scopes, base::Instant now,
                                   std::optional<base::Instant> expires_at);

awaitable<std::vector<ApiKeyRow>> list_api_keys(platform::postgres::Pool& pool);

/// False when there is no such key, or it was revoked before.
awaitable<bool> revoke_api_key(platform::postgres::Pool& pool, std::string key_id);

/// What a presented key may do: its name when it is valid and has the scope.
struct ApiKeyCheck {
  bool valid = false;
  bool in_scope = false;
  std::string name;
};
awaitable<ApiKeyCheck> check_api_key(platform::postgres::Pool& pool, std::string presented,
                                     std::string scope);

}  // namespace services::users::accounts

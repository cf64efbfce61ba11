#pragma once

/// Keys for operators and back offices: shown once, stored hashed, scoped, expiring, revocable.

#include <optional>
#include <string>
#include <vector>

#include "base/instant.hpp"
#include "contracts/staff.hpp"
#include "domain/rejection.hpp"
#include "platform/postgres/pool.hpp"
#include "platform/runtime/entropy.hpp"
#include "services/binding/caller.hpp"

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

/// For other services, which can't read this schema.
class ApiKeyUseCases {
 public:
  explicit ApiKeyUseCases(platform::postgres::Pool& pool) : pool_(pool) {}

  awaitable<domain::Outcome<contracts::KnownKey>> check(binding::Caller by,
                                                        contracts::PresentedKey presented);

 private:
  platform::postgres::Pool& pool_;
};

}  // namespace services::users::accounts

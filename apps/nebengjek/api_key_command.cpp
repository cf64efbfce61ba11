#include "apps/nebengjek/api_key_command.hpp"

#include <chrono>
#include <cstdio>
#include <functional>

#include "apps/nebengjek/blocking.hpp"
#include "services/users/accounts/api_keys.hpp"

namespace apps::nebengjek {
namespace {

namespace accounts = services::users::accounts;
namespace postgres = platform::postgres;
using platform::awaitable;

void with_pool(const Settings& settings,
               const std::function<awaitable<void>(postgres::Pool&)>& work) {
  run_blocking([&](platform::runtime::Runtime& runtime) -> awaitable<void> {
    const auto pool = postgres::make_pool(runtime, settings.postgres_of(Role::users));
    co_await work(*pool);
    co_await pool->close();
  });
}

void print(const accounts::ApiKeyRow& key) {
  const auto status = key.revoked_at   ? "revoked"
                      : key.expires_at ? "expires " + base::to_rfc3339(*key.expires_at)
                                       : std::string{"valid"};
  std::printf("%-10s  %-20s  %-30s  %s\n", key.key_id.c_str(), key.name.c_str(), key.scopes.c_str(),
              status.c_str());
}

}  // namespace

void create_api_key(const Settings& settings, const std::string& name,
                    const std::vector<std::string>& scopes, std::optional<int> expires_in_days) {
  with_pool(settings, [&](postgres::Pool& pool) -> awaitable<void> {
    const auto now = platform::runtime::system_clock().now();
    std::optional<base::Instant> expires_at;
    if (expires_in_days) expires_at = now + std::chrono::days{*expires_in_days};
    const auto key = co_await accounts::add_api_key(pool, platform::runtime::system_entropy(), name,
                                                    scopes, now, expires_at);
    std::printf("%s\n", key.c_str());
    std::fprintf(stderr, "This is shown once. Send it as `Authorization: Bearer <key>`.\n");
  });
}

void list_api_keys(const Settings& settings) {
  with_pool(settings, [](postgres::Pool& pool) -> awaitable<void> {
    for (const auto& key : co_await accounts::list_api_keys(pool)) print(key);
  });
}

bool revoke_api_key(const Settings& settings, const std::string& key_id) {
  bool revoked = false;
  with_pool(settings, [&](postgres::Pool& pool) -> awaitable<void> {
    revoked = co_await accounts::revoke_api_key(pool, key_id);
  });
  return revoked;
}

}  // namespace apps::nebengjek

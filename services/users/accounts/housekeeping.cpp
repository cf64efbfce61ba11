#include "services/users/accounts/housekeeping.hpp"

#include <chrono>

#include "platform/runtime/deadline.hpp"
#include "platform/telemetry/log.hpp"
#include "services/users/accounts/queries.hpp"

namespace services::users::accounts {
namespace {

using platform::awaitable;

constexpr auto interval = std::chrono::minutes{10};
// The limits look back a day.
constexpr auto codes_kept = std::chrono::hours{25};

awaitable<void> forget_old_codes(platform::postgres::Pool& pool, base::Instant now) {
  try {
    while ((co_await pool.run(queries::forget_old_codes, now - codes_kept)).affected() > 0) {
    }
  } catch (const std::runtime_error& error) {
    platform::telemetry::warn("users.housekeeping_put_off", {{"reason", error.what()}});
  }
}

}  // namespace

void start_housekeeping(const binding::Environment& environment) {
  environment.runtime.tasks().spawn("users.housekeeping", [environment]() -> awaitable<void> {
    for (;;) {
      co_await platform::runtime::sleep_for(interval);
      co_await forget_old_codes(environment.pool, environment.runtime.now());
    }
  });
}

}  // namespace services::users::accounts

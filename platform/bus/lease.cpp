#include "platform/bus/lease.hpp"

namespace platform::bus {
namespace {

constexpr postgres::Query acquire{"bus.acquire_lease", R"sql(
  insert into leases as held (name, owner, token, expires_at)
  values ($1, $2, 1, now() + $3 * interval '1 millisecond')
  on conflict (name) do update set
    owner = excluded.owner,
    token = held.token + (held.owner <> excluded.owner)::int,
    expires_at = excluded.expires_at
  where held.owner = excluded.owner or held.expires_at <= now()
  returning token)sql"};

constexpr postgres::Query release{"bus.release_lease", R"sql(
  update leases set expires_at = now() where name = $1 and owner = $2)sql"};

constexpr postgres::Query lock_lease{"bus.lock_lease", R"sql(
  select from leases where name = $1 and token = $2 for update)sql"};

}  // namespace

awaitable<std::optional<Lease>> acquire_lease(postgres::Pool& pool, std::string name,
                                              std::string owner, std::chrono::milliseconds ttl) {
  const auto rows = co_await pool.run(acquire, name, owner, std::int64_t{ttl.count()});
  if (rows.empty()) co_return std::nullopt;
  co_return Lease{std::move(name), rows.front().get<std::int64_t>("token")};
}

awaitable<void> release_lease(postgres::Pool& pool, std::string name, std::string owner) {
  co_await pool.run(release, name, owner);
}

awaitable<bool> still_holds(postgres::Session& session, const Lease& lease) {
  const auto rows = co_await session.run(lock_lease, lease.name, lease.fencing_token);
  co_return !rows.empty();
}

}  // namespace platform::bus

#include "platform/bus/shares.hpp"

#include <cstdint>
#include <utility>

#include "platform/bus/lease.hpp"

namespace platform::bus {
namespace {

constexpr postgres::Query create{"bus.create_shares", R"sql(
  insert into leases (name, owner, token, expires_at)
  select name, '', 0, now() from unnest($1::text[]) as name
  on conflict do nothing)sql"};

// `mine` keeps the first in the order of names, so that the same ones are let go until they are
// given back. The last condition is looked at again when a row was taken in the meantime.
constexpr postgres::Query seek_share{"bus.seek_share", R"sql(
  with me as (
    insert into lease_seekers (name, owner, expires_at)
    values ($1, $2, now() + $3 * interval '1 millisecond')
    on conflict (name, owner) do update set expires_at = excluded.expires_at
  ), gone as (
    delete from lease_seekers
    where name = $1 and owner <> $2 and expires_at < now() - interval '1 hour'
  ), fair as (
    select ceil(cardinality($4::text[])::numeric / (1 + count(*)))::int as share
    from lease_seekers where name = $1 and owner <> $2 and expires_at > now()
  ), mine as (
    select name from leases
    where name = any($4::text[]) and owner = $2 and expires_at > now()
    order by name limit (select share from fair)
  ), free as (
    select name from leases
    where name = any($4::text[]) and expires_at <= now()
    order by random() limit (select share from fair) - (select count(*) from mine)
    for update skip locked
  )
  update leases set
    owner = $2,
    token = token + (owner <> $2)::int,
    expires_at = now() + $3 * interval '1 millisecond'
  from (select name from mine union select name from free) wanted
  where leases.name = wanted.name and (leases.owner = $2 or leases.expires_at <= now())
  returning array_position($4::text[], leases.name) - 1 as number)sql"};

constexpr postgres::Query lock_shares{"bus.lock_shares", R"sql(
  select from leases where name = any($1::text[]) and owner = $2 and expires_at > now()
  order by name for update)sql"};

constexpr postgres::Query release_all{"bus.leave_share", R"sql(
  with me as (delete from lease_seekers where name = $1 and owner = $2)
  update leases set expires_at = now()
  where name = any($3::text[]) and owner = $2 and expires_at > now())sql"};

std::vector<std::string> numbered_names(const std::string& name, unsigned count) {
  std::vector<std::string> names;
  for (unsigned number = 0; number < count; ++number) {
    names.push_back(name + '.' + std::to_string(number));
  }
  return names;
}

}  // namespace

Shares::Shares(postgres::Pool& pool, std::string name, unsigned count, std::string owner,
               std::chrono::milliseconds lasting)
    : pool_(pool),
      name_(std::move(name)),
      owner_(std::move(owner)),
      lasting_(lasting),
      leases_(numbered_names(name_, count)) {}

awaitable<std::vector<bool>> Shares::seek() {
  if (!created_) co_await pool_.run(create, leases_);
  created_ = true;
  const auto rows =
      co_await pool_.run(seek_share, name_, owner_, std::int64_t{lasting_.count()}, leases_);
  std::vector<bool> held(leases_.size());
  for (const auto row : rows) held[static_cast<std::size_t>(row.get<int>("number"))] = true;
  co_return held;
}

awaitable<bool> Shares::still_holds(postgres::Session& session,
                                    const std::vector<unsigned>& numbers) {
  std::vector<std::string> names;
  for (const auto number : numbers) names.push_back(leases_.at(number));
  const auto rows = co_await session.run(lock_shares, names, owner_);
  co_return rows.size() == numbers.size();
}

awaitable<void> Shares::give_back(unsigned number) {
  return release_lease(pool_, leases_.at(number), owner_);
}

awaitable<void> Shares::leave() { co_await pool_.run(release_all, name_, owner_, leases_); }

}  // namespace platform::bus

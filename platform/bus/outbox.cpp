#include "platform/bus/outbox.hpp"

#include <string>

namespace platform::bus::outbox {
namespace {

constexpr postgres::Query load{"bus.load_marks", R"sql(
  select shard, position, published from outbox_heads)sql"};

constexpr postgres::Query note_published{"bus.store_published", R"sql(
  update outbox_heads set published = noted.position
  from unnest($1::smallint[], $2::bigint[]) as noted (shard, position)
  where outbox_heads.shard = noted.shard and outbox_heads.published < noted.position)sql"};

constexpr postgres::Query any_unnumbered{"bus.has_unnumbered", R"sql(
  select exists (select from outbox where position is null) as found)sql"};

// Commit order of an aggregate's rows is their id's order, because each was inserted under the lock
// of the aggregate's row. Across aggregates a lower id may be committed later, and gets a later
// position: that is why rows are found by the missing position and not by the last id.
constexpr postgres::Query number{"bus.number_rows", R"sql(
  with waiting as materialized (
    select id, shard, row_number() over (partition by shard order by id) as nth
    from (select id, shard from outbox where position is null order by id limit $1) oldest
  ), heads as (
    update outbox_heads set position = position + counted.rows
    from (select shard, count(*) as rows from waiting group by shard) counted
    where outbox_heads.shard = counted.shard
    returning outbox_heads.shard, outbox_heads.position, counted.rows
  ), numbered as (
    update outbox set position = heads.position - heads.rows + waiting.nth
    from waiting join heads using (shard)
    where outbox.id = waiting.id
  )
  select coalesce(sum(rows), 0)::bigint as rows from heads)sql"};

constexpr postgres::Query find_unpublished{"bus.unpublished", R"sql(
  select found.*
  from unnest($1::smallint[], $2::bigint[]) as mark (shard, position)
  cross join lateral (
    select position, event_id, type, key, payload, trace, at
    from outbox where outbox.shard = mark.shard and outbox.position > mark.position
    order by outbox.position limit $3) found
  order by found.position - mark.position limit $3)sql"};

constexpr postgres::Query find_after{"bus.rows_after", R"sql(
  select position, event_id, type, key, payload, trace, at
  from outbox where shard = $1 and position > $2
  order by position limit $3)sql"};

// Only the oldest rows are looked at, so that it costs the same when none is old enough.
constexpr postgres::Query delete_rows{"bus.delete_old_rows", R"sql(
  delete from outbox where id in (
    select id from (select id, at, position from outbox order by id limit $2) oldest
    where at < now() - $1 * interval '1 hour' and position is not null))sql"};

constexpr postgres::Query delete_answers{"bus.delete_old_answers", R"sql(
  delete from idempotency where ctid in (
    select ctid from idempotency where created_at < now() - $1 * interval '1 hour' limit $2))sql"};

std::int64_t count(std::size_t number_of) { return static_cast<std::int64_t>(number_of); }

std::vector<Numbered> events_in(const postgres::Rows& rows) {
  std::vector<Numbered> events;
  events.reserve(rows.size());
  for (const auto row : rows) events.push_back(numbered_of(row));
  return events;
}

Marks marks_in(const postgres::Rows& rows) {
  Marks marks;
  for (const auto row : rows) {
    const auto shard = static_cast<std::size_t>(row.get<int>("shard"));
    marks.numbered.at(shard) = row.get<std::int64_t>("position");
    marks.published.at(shard) = row.get<std::int64_t>("published");
  }
  return marks;
}

}  // namespace

awaitable<Marks> load_marks(postgres::Pool& pool) { co_return marks_in(co_await pool.run(load)); }

awaitable<void> store_published(postgres::Pool& pool, const Positions& published) {
  std::vector<unsigned> shards;
  std::vector<std::int64_t> positions;
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    shards.push_back(shard);
    positions.push_back(published[shard]);
  }
  co_await pool.run(note_published, shards, positions);
}

awaitable<bool> has_unnumbered(postgres::Pool& pool) {
  const auto rows = co_await pool.run(any_unnumbered);
  co_return rows.front().get<bool>("found");
}

awaitable<std::size_t> number_rows(postgres::Pool& pool, const Lease& lease, std::size_t limit,
                                   Positions& numbered) {
  const auto transaction = co_await pool.begin();
  auto& session = transaction->session();
  if (!co_await still_holds(session, lease)) throw Superseded{};
  const auto rows = co_await session.run(number, count(limit));
  const auto marks = marks_in(co_await session.run(load));
  co_await transaction->commit();
  numbered = marks.numbered;
  co_return static_cast<std::size_t>(rows.front().get<std::int64_t>("rows"));
}

awaitable<std::vector<Numbered>> unpublished(postgres::Pool& pool, const Marks& marks,
                                             std::size_t limit) {
  std::vector<unsigned> shards;
  std::vector<std::int64_t> after;
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    if (marks.published[shard] >= marks.numbered[shard]) continue;
    shards.push_back(shard);
    after.push_back(marks.published[shard]);
  }
  if (shards.empty()) co_return std::vector<Numbered>{};
  co_return events_in(co_await pool.run(find_unpublished, shards, after, count(limit)));
}

awaitable<std::vector<Numbered>> rows_after(postgres::Pool& pool, unsigned shard,
                                            std::int64_t after, std::size_t limit) {
  co_return events_in(co_await pool.run(find_after, shard, after, count(limit)));
}

awaitable<std::size_t> delete_old(postgres::Pool& pool, std::chrono::hours keep,
                                  std::size_t limit) {
  const auto hours = std::int64_t{keep.count()};
  const auto rows = co_await pool.run(delete_rows, hours, count(limit));
  const auto answers = co_await pool.run(delete_answers, hours, count(limit));
  co_return rows.affected() + answers.affected();
}

}  // namespace platform::bus::outbox

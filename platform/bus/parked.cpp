#include "platform/bus/parked.hpp"

namespace platform::bus::parked {
namespace {

constexpr postgres::Query find_keys{"bus.parked_keys", R"sql(
  select distinct key from parked_events
  where consumer = $1 and producer = $2 and shard = $3 and key = any($4::uuid[]))sql"};

constexpr postgres::Query insert{"bus.park", R"sql(
  insert into parked_events
    (consumer, producer, shard, position, event_id, type, key, payload, trace, at,
     attempts, reason, next_attempt_at)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10,
          $11, $12, now() + $13::bigint * interval '1 millisecond'))sql"};

constexpr postgres::Query due{"bus.due_parked", R"sql(
  select position, event_id, type, key, payload, trace, at, attempts from parked_events
  where consumer = $1 and producer = $2 and shard = $3 and next_attempt_at <= now()
  order by next_attempt_at, position limit 1)sql"};

constexpr postgres::Query remove{"bus.remove_parked", R"sql(
  delete from parked_events
  where consumer = $1 and producer = $2 and shard = $3 and position = $4)sql"};

constexpr postgres::Query release_next{"bus.release_parked", R"sql(
  update parked_events set next_attempt_at = now()
  where consumer = $1 and producer = $2 and shard = $3 and position = (
    select min(position) from parked_events
    where consumer = $1 and producer = $2 and shard = $3 and key = $4))sql"};

constexpr postgres::Query reschedule{"bus.postpone_parked", R"sql(
  update parked_events
  set attempts = $5, reason = $6, next_attempt_at = now() + $7 * interval '1 millisecond'
  where consumer = $1 and producer = $2 and shard = $3 and position = $4)sql"};

constexpr postgres::Query copy_to_dead{"bus.bury_parked", R"sql(
  insert into dead_letters
    (consumer, producer, shard, position, event_id, type, key, payload, trace, at,
     attempts, reason)
  select consumer, producer, shard, position, event_id, type, key, payload, trace, at, $5, $6
  from parked_events
  where consumer = $1 and producer = $2 and shard = $3 and position = $4)sql"};

constexpr postgres::Query first_due{"bus.next_due_parked", R"sql(
  select shard, ceil(extract(epoch from min(next_attempt_at) - now()) * 1000)::bigint as due_in_ms
  from parked_events where consumer = $1 and producer = $2 and next_attempt_at is not null
  group by shard)sql"};

awaitable<void> park(postgres::Session& session, const Source& source, const Numbered& numbered,
                     int attempts, std::string reason, std::optional<std::int64_t> retry_in_ms) {
  const auto& event = numbered.event;
  co_await session.run(insert, source.consumer, source.producer, source.shard, numbered.position,
                       event.id, event.type, event.key, event.payload, event.trace, event.at,
                       attempts, reason, retry_in_ms);
}

}  // namespace

awaitable<Keys> among(postgres::Session& session, const Source& source,
                      const std::vector<base::Uuid>& keys) {
  Keys found;
  for (const auto row :
       co_await session.run(find_keys, source.consumer, source.producer, source.shard, keys)) {
    found.insert(row.get<base::Uuid>("key"));
  }
  co_return found;
}

awaitable<void> park_failed(postgres::Session& session, const Source& source,
                            const Numbered& numbered, const std::string& reason,
                            std::chrono::milliseconds retry_in) {
  return park(session, source, numbered, 1, reason, retry_in.count());
}

awaitable<void> park_behind(postgres::Session& session, const Source& source,
                            const Numbered& numbered) {
  return park(session, source, numbered, 0, "waits for an earlier event of its key", {});
}

awaitable<std::optional<Parked>> find_due(postgres::Session& session, const Source& source) {
  const auto rows = co_await session.run(due, source.consumer, source.producer, source.shard);
  if (rows.empty()) co_return std::nullopt;
  co_return Parked{numbered_of(rows.front()), rows.front().get<int>("attempts")};
}

awaitable<void> finish(postgres::Session& session, const Source& source, const Numbered& numbered) {
  const auto& [consumer, producer, shard] = source;
  co_await session.run(remove, consumer, producer, shard, numbered.position);
  co_await session.run(release_next, consumer, producer, shard, numbered.event.key);
}

awaitable<void> postpone(postgres::Session& session, const Source& source, const Parked& parked,
                         const std::string& reason, std::chrono::milliseconds retry_in) {
  co_await session.run(reschedule, source.consumer, source.producer, source.shard,
                       parked.numbered.position, parked.attempts + 1, reason,
                       std::int64_t{retry_in.count()});
}

awaitable<void> bury(postgres::Session& session, const Source& source, const Parked& parked,
                     const std::string& reason) {
  co_await session.run(copy_to_dead, source.consumer, source.producer, source.shard,
                       parked.numbered.position, parked.attempts + 1, reason);
  co_await finish(session, source, parked.numbered);
}

awaitable<std::map<unsigned, std::chrono::milliseconds>> next_due(postgres::Pool& pool,
                                                                  std::string consumer,
                                                                  std::string producer) {
  std::map<unsigned, std::chrono::milliseconds> due_in;
  for (const auto row : co_await pool.run(first_due, consumer, producer)) {
    due_in.emplace(static_cast<unsigned>(row.get<int>("shard")),
                   std::chrono::milliseconds{row.get<std::int64_t>("due_in_ms")});
  }
  co_return due_in;
}

}  // namespace platform::bus::parked

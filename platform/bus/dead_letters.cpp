#include "platform/bus/dead_letters.hpp"

#include "platform/bus/numbered.hpp"
#include "platform/bus/source.hpp"

namespace platform::bus {
namespace {

constexpr postgres::Query list{"bus.list_dead_letters", R"sql(
  select id, consumer, producer, position, event_id, type, key, payload, trace, at,
         attempts, reason, died_at
  from dead_letters
  where id > $1 and ($3::bigint is null or id = $3) and ($4::text is null or type = $4)
    and ($5::uuid is null or key = $5) and ($6::text is null or strpos(reason, $6) > 0)
    and ($7::timestamptz is null or died_at >= $7)
  order by id limit $2)sql"};

constexpr postgres::Query find{"bus.find_dead_letter", R"sql(
  select id, consumer, producer, position, event_id, type, key, payload, trace, at,
         attempts, reason, died_at
  from dead_letters where id = $1)sql"};

constexpr postgres::Query block_later{"bus.block_later_parked", R"sql(
  update parked_events set next_attempt_at = null
  where consumer = $1 and producer = $2 and shard = $3 and key = $4)sql"};

constexpr postgres::Query park_again{"bus.park_dead_letter", R"sql(
  with letter as (delete from dead_letters where id = $1 returning *)
  insert into parked_events
    (consumer, producer, shard, position, event_id, type, key, payload, trace, at,
     attempts, reason, next_attempt_at)
  select consumer, producer, shard, position, event_id, type, key, payload, trace, at,
         0, 'replayed; before: ' || reason, now()
  from letter)sql"};

constexpr postgres::Query drop{"bus.drop_dead_letter", "delete from dead_letters where id = $1"};

DeadLetter letter_in(const postgres::Row& row) {
  auto [position, event] = numbered_of(row);
  return {
      .id = row.get<std::int64_t>("id"),
      .consumer = row.get<std::string>("consumer"),
      .producer = row.get<std::string>("producer"),
      .position = position,
      .event = std::move(event),
      .attempts = row.get<int>("attempts"),
      .reason = row.get<std::string>("reason"),
      .died_at = row.get<base::Instant>("died_at"),
  };
}

}  // namespace

awaitable<std::vector<DeadLetter>> list_dead_letters(postgres::Pool& pool, std::int64_t after,
                                                     std::size_t limit, DeadLetterFilter filter) {
  std::vector<DeadLetter> letters;
  const auto rows = co_await pool.run(list, after, static_cast<std::int64_t>(limit), filter.id,
                                      filter.type, filter.key, filter.reason, filter.since);
  for (const auto row : rows) letters.push_back(letter_in(row));
  co_return letters;
}

awaitable<std::optional<DeadLetter>> find_dead_letter(postgres::Pool& pool, std::int64_t id) {
  const auto rows = co_await pool.run(find, id);
  if (rows.empty()) co_return std::nullopt;
  co_return letter_in(rows.front());
}

awaitable<bool> replay_dead_letter(postgres::Pool& pool, std::int64_t id) {
  const auto letter = co_await find_dead_letter(pool, id);
  if (!letter) co_return false;
  const Source source{letter->consumer, letter->producer, letter->event.shard()};
  const auto transaction = co_await pool.begin();
  auto& session = transaction->session();
  co_await lock_position(session, source);
  co_await session.run(block_later, source.consumer, source.producer, source.shard,
                       letter->event.key);
  const auto parked = co_await session.run(park_again, id);
  co_await transaction->commit();
  co_return parked.affected() > 0;
}

awaitable<bool> drop_dead_letter(postgres::Pool& pool, std::int64_t id) {
  const auto rows = co_await pool.run(drop, id);
  co_return rows.affected() > 0;
}

}  // namespace platform::bus

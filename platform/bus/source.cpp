#include "platform/bus/source.hpp"

#include "platform/bus/event.hpp"

namespace platform::bus {
namespace {

constexpr postgres::Query create{"bus.create_positions", R"sql(
  insert into consumer_positions (consumer, producer, shard, position)
  select $1, $2, shard, 0 from generate_series(0, $3 - 1) as shard
  on conflict do nothing)sql"};

constexpr postgres::Query find{"bus.find_position", R"sql(
  select position from consumer_positions
  where consumer = $1 and producer = $2 and shard = $3)sql"};

constexpr postgres::Query lock{"bus.lock_position", R"sql(
  select position from consumer_positions
  where consumer = $1 and producer = $2 and shard = $3 for update)sql"};

constexpr postgres::Query move{"bus.move_position", R"sql(
  update consumer_positions set position = $4
  where consumer = $1 and producer = $2 and shard = $3)sql"};

std::int64_t position_in(const postgres::Rows& rows) {
  return rows.front().get<std::int64_t>("position");
}

}  // namespace

awaitable<void> create_positions(postgres::Pool& pool, std::string consumer, std::string producer) {
  co_await pool.run(create, consumer, producer, shard_count);
}

awaitable<std::int64_t> find_position(postgres::Pool& pool, const Source& source) {
  co_return position_in(co_await pool.run(find, source.consumer, source.producer, source.shard));
}

awaitable<std::int64_t> lock_position(postgres::Session& session, const Source& source) {
  co_return position_in(co_await session.run(lock, source.consumer, source.producer, source.shard));
}

awaitable<void> move_position(postgres::Session& session, const Source& source,
                              std::int64_t position) {
  co_await session.run(move, source.consumer, source.producer, source.shard, position);
}

}  // namespace platform::bus

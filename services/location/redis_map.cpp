#include "services/location/redis_map.hpp"

#include <algorithm>
#include <charconv>
#include <iterator>
#include <utility>

#include <boost/describe/enum_from_string.hpp>
#include <boost/describe/enum_to_string.hpp>

namespace services::location {
namespace {

namespace redis = platform::redis;
using domain::DriverId;
using domain::VehicleType;
using domain::geo::Cell;

constexpr int cell_precision = 5;
/// Well below what a connection lets wait for answers.
constexpr std::size_t pipeline_max = 1'000;
/// Taken out in one turn of one shard.
constexpr int silent_max = 500;

std::string text(std::uint64_t number) { return std::to_string(number); }
std::string text(base::Instant at) { return std::to_string(base::unix_ms(at)); }
std::string text(VehicleType type) { return boost::describe::enum_to_string(type, ""); }

template <class Number>
Number number_in(std::string_view digits) {
  Number number{};
  std::from_chars(digits.data(), digits.data() + digits.size(), number);
  return number;
}

GeoSet set_of(const Whereabouts& where) {
  return {.cell = domain::geo::cell_at(where.point, cell_precision), .vehicle = where.vehicle};
}

std::string member_of(DriverId driver, const GeoSet& where) {
  return driver.text() + ':' + text(where.vehicle) + ':' + where.cell.text();
}

/// Empty for what nobody here has written.
std::optional<SeenDriver> seen_driver_of(const std::string& member, base::Instant seen_at) {
  const auto vehicle_at = member.find(':');
  const auto cell_at = member.rfind(':');
  if (cell_at == std::string::npos || vehicle_at == cell_at) return {};
  const auto driver = DriverId::parse(member.substr(0, vehicle_at));
  const auto vehicle = member.substr(vehicle_at + 1, cell_at - vehicle_at - 1);
  const auto cell = Cell::parse(member.substr(cell_at + 1));
  SeenDriver seen{.driver = {}, .where = {}, .seen_at = seen_at};
  if (!driver || !cell) return {};
  if (!boost::describe::enum_from_string(vehicle.c_str(), seen.where.vehicle)) return {};
  seen.driver = *driver;
  seen.where.cell = *cell;
  return seen;
}

}  // namespace

RedisMap::RedisMap(const binding::Environment& environment, const LocationConfig& config,
                   LiveMap& map, const ShardLeases& shards)
    : runtime_(environment.runtime),
      redis_(environment.redis),
      config_(config),
      map_(map),
      shards_(shards) {}

void RedisMap::note(DriverId driver) {
  const auto shard = shard_of(driver);
  if (shards_.holds(shard)) copies_[shard].moved.insert(driver);
}

awaitable<void> RedisMap::seed() {
  const auto since = runtime_.now() - config_.staleness_ms;
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    const auto drivers = co_await seen_since(shard, since);
    std::vector<redis::Command> questions;
    for (const auto& seen : drivers) {
      questions.push_back({"ZSCORE", geo_key(seen.where), seen.driver.text()});
    }
    const auto scores = co_await redis_.pipeline(std::move(questions));
    for (std::size_t i = 0; i < drivers.size(); ++i) {
      const auto score = scores[i].maybe_text();
      if (!score) continue;
      map_.seed(drivers[i].driver,
                {.point = domain::geo::point_of(number_in<std::uint64_t>(*score)),
                 .vehicle = drivers[i].where.vehicle,
                 .seen_at = drivers[i].seen_at});
    }
  }
}

awaitable<void> RedisMap::turn() {
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    if (!shards_.holds(shard)) {
      copies_[shard] = {};
      continue;
    }
    try {
      co_await refresh(shard);
    } catch (...) {
      copies_[shard] = {};  // Which commands took effect is unknown.
      throw;
    }
  }
}

awaitable<void> RedisMap::refresh(unsigned shard) {
  auto& copy = copies_[shard];
  const auto now = runtime_.now();
  if (!copy.adopted) {
    co_await adopt(shard);
  } else if (co_await is_lost(shard)) {
    copy.written.clear();
    renew_all(shard);
  } else if (copy.refreshed_at + config_.redis_refresh_ms <= now) {
    renew_all(shard);
  }
  co_await write_moved(shard);
  co_await remove_silent(shard);
}

awaitable<void> RedisMap::adopt(unsigned shard) {
  auto& copy = copies_[shard];
  for (const auto& seen : co_await seen_since(shard, {})) {
    copy.written.insert_or_assign(seen.driver, seen.where);
  }
  renew_all(shard);
  copy.adopted = true;
}

void RedisMap::renew_all(unsigned shard) {
  auto& copy = copies_[shard];
  map_.for_each_driver([&](DriverId driver) {
    if (shard_of(driver) == shard) copy.moved.insert(driver);
  });
  copy.refreshed_at = runtime_.now();
}

awaitable<bool> RedisMap::is_lost(unsigned shard) {
  if (copies_[shard].written.empty()) co_return false;
  const auto exists = co_await redis_.command({"EXISTS", seen_key(shard)});
  co_return exists.integer() == 0;
}

awaitable<void> RedisMap::write_moved(unsigned shard) {
  auto& copy = copies_[shard];
  Commands commands;
  for (const auto& driver : std::exchange(copy.moved, {})) {
    const auto where = map_.find_driver(driver);
    if (!where) continue;
    write(commands, shard, driver);
    copy.written.insert_or_assign(driver, set_of(*where));
  }
  co_await send(std::move(commands));
}

/// The driver must be on the map. In `seen` before he is in the geo set, and after he is out of it.
void RedisMap::write(Commands& commands, unsigned shard, DriverId driver) const {
  const auto where = *map_.find_driver(driver);
  const auto set = set_of(where);
  commands.push_back({"ZADD", seen_key(shard), text(where.seen_at), member_of(driver, set)});
  // What GEOADD would store, without its refusal of the poles, which would fail all the others.
  commands.push_back(
      {"ZADD", geo_key(set), text(domain::geo::score_of(where.point)), driver.text()});
  const auto before = copies_[shard].written.find(driver);
  if (before == copies_[shard].written.end() || before->second == set) return;
  remove(commands, {.driver = driver, .where = before->second, .seen_at = {}});
}

void RedisMap::remove(Commands& commands, const SeenDriver& seen) const {
  commands.push_back({"ZREM", geo_key(seen.where), seen.driver.text()});
  commands.push_back({"ZREM", seen_key(shard_of(seen.driver)), member_of(seen.driver, seen.where)});
}

awaitable<void> RedisMap::remove_silent(unsigned shard) {
  const auto silent_since = runtime_.now() - config_.staleness_ms;
  const auto silent =
      co_await read_seen({"ZRANGEBYSCORE", seen_key(shard), "-inf", '(' + text(silent_since),
                          "WITHSCORES", "LIMIT", "0", std::to_string(silent_max)});
  auto& written = copies_[shard].written;
  Commands commands;
  for (const auto& seen : silent) {
    remove(commands, seen);
    const auto known = written.find(seen.driver);
    if (known != written.end() && known->second == seen.where) written.erase(known);
  }
  co_await send(std::move(commands));
}

awaitable<void> RedisMap::send(Commands commands) {
  for (std::size_t from = 0; from < commands.size(); from += pipeline_max) {
    const auto count = std::min(pipeline_max, commands.size() - from);
    const auto first = std::next(commands.begin(), static_cast<std::ptrdiff_t>(from));
    Commands part(std::make_move_iterator(first),
                  std::make_move_iterator(std::next(first, static_cast<std::ptrdiff_t>(count))));
    co_await redis_.pipeline(std::move(part));
  }
}

awaitable<std::vector<SeenDriver>> RedisMap::seen_since(unsigned shard, base::Instant since) {
  return read_seen({"ZRANGEBYSCORE", seen_key(shard), text(since), "+inf", "WITHSCORES"});
}

awaitable<std::vector<SeenDriver>> RedisMap::read_seen(redis::Command query) {
  const auto reply = co_await redis_.command(std::move(query));
  const auto& elements = reply.elements();
  std::vector<SeenDriver> drivers;
  for (std::size_t i = 0; i + 1 < elements.size(); i += 2) {
    const auto seen_at = base::from_unix_ms(number_in<std::int64_t>(elements[i + 1].text()));
    if (const auto seen = seen_driver_of(elements[i].text(), seen_at)) drivers.push_back(*seen);
  }
  co_return drivers;
}

std::string RedisMap::geo_key(const GeoSet& set) const {
  return redis_.key("geo:{" + set.cell.text() + "}:" + text(set.vehicle));
}

std::string RedisMap::seen_key(unsigned shard) const {
  return redis_.key("seen:{" + std::to_string(shard) + '}');
}

}  // namespace services::location

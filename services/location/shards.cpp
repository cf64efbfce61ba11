#include "services/location/shards.hpp"

#include <algorithm>
#include <utility>

namespace services::location {

ShardLeases::ShardLeases(const binding::Environment& environment, std::chrono::milliseconds ttl)
    : runtime_(environment.runtime),
      shares_(environment.pool, "location.shards", shard_count, environment.runtime.instance(),
              ttl),
      ttl_(ttl) {}

awaitable<void> ShardLeases::renew() {
  const auto began = runtime_.now();
  if (began < due_) co_return;
  const auto now_held = co_await shares_.seek();
  const auto before = std::exchange(held_, {});
  std::ranges::copy(now_held, held_.begin());
  held_until_ = began + ttl_;
  due_ = began + ttl_ / 3;
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    if (before[shard] && !held_[shard]) co_await shares_.give_back(shard);
  }
}

bool ShardLeases::holds(unsigned shard) const {
  return held_[shard] && runtime_.now() < held_until_;
}

Shards ShardLeases::held() const {
  Shards shards;
  for (unsigned shard = 0; shard < shard_count; ++shard) {
    if (holds(shard)) shards.push_back(shard);
  }
  return shards;
}

awaitable<void> ShardLeases::guard(platform::postgres::Session& session, const Shards& shards) {
  if (!co_await shares_.still_holds(session, shards)) throw ShardsLost{};
}

awaitable<void> ShardLeases::resign() {
  held_ = {};
  co_await shares_.leave();
}

}  // namespace services::location

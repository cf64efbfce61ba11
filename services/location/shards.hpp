#pragma once

/// Who writes for whom: users fall into shards, and each shard's writing is done by the one
/// instance that holds its lease.

#include <array>

#include "domain/ids.hpp"
#include "platform/bus/event.hpp"
#include "platform/bus/shares.hpp"
#include "services/binding/service.hpp"
#include "services/location/ports.hpp"

namespace services::location {

inline constexpr unsigned shard_count = platform::bus::shard_count;

inline unsigned shard_of(domain::UserId user) { return base::shard_of(user.uuid, shard_count); }

/// Another instance has taken over: what was about to be committed must not be.
struct ShardsLost : std::runtime_error {
  ShardsLost() : std::runtime_error("another instance holds the shards") {}
};

class ShardLeases {
 public:
  ShardLeases(const binding::Environment& environment, std::chrono::milliseconds ttl);

  /// Prolongs and evens out what is held, thrice in its lifetime; at other times does nothing.
  awaitable<void> renew();

  /// As far as is known: what must not happen twice is guarded.
  bool holds(unsigned shard) const;
  bool holds(domain::UserId user) const { return holds(shard_of(user)); }
  Shards held() const;

  /// Throws ShardsLost unless all of them are ours; then they stay so until the transaction ends.
  awaitable<void> guard(platform::postgres::Session& session, const Shards& shards);

  /// Lets others take over at once.
  awaitable<void> resign();

 private:
  platform::runtime::Runtime& runtime_;
  platform::bus::Shares shares_;
  std::chrono::milliseconds ttl_;
  std::array<bool, shard_count> held_{};
  base::Instant held_until_;
  base::Instant due_;
};

}  // namespace services::location

#pragma once

#include "platform/postgres/pool.hpp"
#include "services/binding/work.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

/// The tables of rides, within one unit of work; what is only read comes straight from the pool.
class PgStore final : public RideStore, public Ledger {
 public:
  PgStore(binding::Work& work, platform::postgres::Pool& pool) : work_(work), pool_(pool) {}

  awaitable<std::optional<RideRecord>> find(domain::RideId id) override;
  awaitable<std::optional<RideRecord>> lock(domain::RideId id) override;
  awaitable<void> book(const RideRecord& record) override;
  awaitable<void> refuse(domain::RideId id, domain::MatchId match) override;
  awaitable<bool> was_refused(domain::MatchId match) override;
  awaitable<void> save(const domain::ride::Ride& ride) override;
  awaitable<void> hand_over(const RideRecord& record) override;
  awaitable<void> note(domain::RideId id, const contracts::StoryEntry& step) override;
  awaitable<void> call_attention(domain::RideId id, const contracts::Attention& attention) override;
  awaitable<void> save(const domain::ride::Payment& payment) override;

  awaitable<void> post(base::Uuid key,
                       const std::vector<domain::ledger::Transfer>& transfers) override;
  awaitable<base::Money> balance(const domain::ledger::Account& account,
                                 base::Currency currency) override;

 private:
  binding::Work& work_;
  platform::postgres::Pool& pool_;
};

}  // namespace services::rides

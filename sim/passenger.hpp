#pragma once

#include "sim/agent.hpp"

namespace sim {

/// Asks for one ride after the other, tells drivers the PIN, and pays in cash.
class Passenger final : public Agent {
 public:
  Passenger(City& city, int number);

 private:
  awaitable<void> settle_in() override;
  awaitable<void> step() override;
  bool is_done() const override;
  awaitable<void> take_stock() override;
  void leave() override { city().passenger_left(); }
  void notice(const contracts::Document& document) override;

  bool is_searching() const;
  bool has_ride() const;
  awaitable<void> ask_for_ride();
  awaitable<void> wait_for_driver(contracts::RequestView request);
  awaitable<void> stop_searching(domain::RequestId request);
  awaitable<void> follow(contracts::RideView ride);
  bool cancels(const contracts::RideView& ride);
  awaitable<void> cancel(const contracts::RideView& ride);
  awaitable<void> name_cash(const contracts::RideView& ride);
  awaitable<void> find_out_about(domain::RequestId request);

  std::map<domain::RequestId, base::Instant> asked_at_;
  std::set<domain::RequestId> matched_;
  std::optional<std::pair<domain::RideId, domain::ride::RideState>> last_seen_;
};

}  // namespace sim

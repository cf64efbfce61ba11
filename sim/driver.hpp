#pragma once

#include "sim/agent.hpp"

namespace sim {

/// Waits for proposals, answers them, and drives whoever was accepted, to the cash in hand.
class Driver final : public Agent {
 public:
  Driver(City& city, int number);

 private:
  awaitable<void> settle_in() override;
  awaitable<void> step() override;
  bool is_done() const override;
  awaitable<void> take_stock() override;

  awaitable<void> register_vehicle();
  awaitable<void> go_on_duty();
  bool is_asked() const;
  awaitable<void> consider(contracts::ProposalView proposal);

  bool has_ride() const;
  awaitable<void> serve(contracts::RideView ride);
  awaitable<void> fetch(const contracts::RideView& ride);
  awaitable<void> meet(const contracts::RideView& ride);
  awaitable<void> carry(const contracts::RideView& ride);
  awaitable<void> collect(const contracts::RideView& ride);
  awaitable<void> give_up(const contracts::RideView& ride);
  /// True when there, false when the ride has changed on the way.
  awaitable<bool> drive(const contracts::RideView& ride, domain::geo::Point to);

  template <class Answer>
  awaitable<void> until_it_shows(const Reply<Answer>& reply, const contracts::RideView& ride,
                                 domain::ride::RideState state);

  std::string plate_;
  std::optional<domain::MatchId> considered_;
  std::optional<domain::geo::Point> bound_for_;
};

}  // namespace sim

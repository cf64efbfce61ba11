#include "sim/audit.hpp"

#include <gmock/gmock.h>

#include "contracts/operations.hpp"

namespace sim {
namespace {

using domain::match::RequestState;
using domain::ride::PaymentState;
using domain::ride::RideState;
using testing::Contains;
using testing::HasSubstr;
using testing::IsEmpty;
namespace operations = contracts::operations;

base::Uuid uuid(std::uint8_t number) {
  base::Uuid made;
  made.bytes.back() = number;
  return made;
}

constexpr base::Instant minute(int number) {
  return base::Instant{} + std::chrono::minutes{number};
}

const domain::UserId driver{uuid(1)};
const domain::UserId passenger{uuid(2)};
constexpr base::Money fare{6'000};

/// A request and its ride, begun in one minute and ended in another, paid for in cash.
struct World {
  Journal journal;
  Findings findings;

  contracts::RideView& add_ride(std::uint8_t number, int from, int to) {
    const domain::RideId id{uuid(number)};
    findings.requests[id] = {.request_id = id, .state = RequestState::closed};
    auto& receipt = findings.receipts[id];
    receipt.ride_id = id;
    receipt.total = fare;
    auto& ride = findings.rides[id];
    ride.ride_id = id;
    ride.state = RideState::paid;
    ride.passenger_id = passenger;
    ride.driver.driver_id = driver;
    ride.matched_at = minute(from);
    ride.arrived_at = ride.started_at = minute(from);
    ride.completed_at = ride.ended_at = minute(to);
    ride.fare = fare;
    ride.payment.emplace();
    ride.payment->state = PaymentState::settled;
    ride.payment->amount = fare;
    return ride;
  }

  void acknowledge(const contracts::OperationRow& operation, domain::UserId by,
                   std::uint8_t number) {
    journal.acknowledged(operation, by, "key", {{"ride_id", domain::RideId{uuid(number)}.text()}});
  }

  std::vector<std::string> broken() const { return broken_promises(journal, findings); }
};

TEST(Audit, WhatWasPromisedAndFoundIsInOrder) {
  World world;
  world.add_ride(10, 0, 5);
  world.add_ride(11, 5, 9);
  world.acknowledge(operations::create_request, passenger, 10);
  world.acknowledge(operations::accept_proposal, driver, 10);
  world.acknowledge(operations::confirm_cash, driver, 10);
  EXPECT_THAT(world.broken(), IsEmpty());
}

TEST(Audit, AnAcknowledgedRequestThatIsGoneIsLost) {
  World world;
  world.acknowledge(operations::create_request, passenger, 10);
  EXPECT_THAT(world.broken(), IsEmpty()) << "who was never asked has lost nothing";
  world.findings.told_by.insert(passenger);
  EXPECT_THAT(world.broken(), Contains(HasSubstr("create_request")));
}

TEST(Audit, AnAcknowledgedStepThatLeftNoTraceIsLost) {
  World world;
  auto& ride = world.add_ride(10, 0, 5);
  ride.started_at.reset();
  world.acknowledge(operations::start_ride, driver, 10);
  EXPECT_THAT(world.broken(), Contains(HasSubstr("start_ride")));
}

TEST(Audit, ARideThatAnotherDriverTookOverKeepsTheFirstOnesArrivalToItself) {
  World world;
  auto& ride = world.add_ride(10, 0, 5);
  ride.arrived_at.reset();
  world.acknowledge(operations::arrive, domain::UserId{uuid(9)}, 10);
  EXPECT_THAT(world.broken(), IsEmpty());
  world.acknowledge(operations::arrive, driver, 10);
  EXPECT_THAT(world.broken(), Contains(HasSubstr("arrive")));
}

TEST(Audit, ARideThatNeverEndsIsNamed) {
  World world;
  auto& ride = world.add_ride(10, 0, 5);
  ride.state = RideState::completed;
  ride.payment.reset();
  world.findings.requests[ride.ride_id].state = RequestState::matched;
  EXPECT_THAT(world.broken(), Contains(HasSubstr("still completed")));
  EXPECT_THAT(world.broken(), Contains(HasSubstr("still matched")));
}

TEST(Audit, AReceiptOverAnotherSumIsNamed) {
  World world;
  const auto& ride = world.add_ride(10, 0, 5);
  world.findings.receipts[ride.ride_id].total = base::Money{1};
  EXPECT_THAT(world.broken(), Contains(HasSubstr("receipt")));
}

TEST(Audit, APaidRideWithoutASettledPaymentIsNamed) {
  World world;
  world.add_ride(10, 0, 5).payment->state = PaymentState::pending;
  EXPECT_THAT(world.broken(), Contains(HasSubstr("payment is not")));
}

TEST(Audit, TwoRidesAtATimeAreNamedForBothSides) {
  World world;
  world.add_ride(10, 0, 5);
  world.add_ride(11, 4, 9);
  EXPECT_THAT(world.broken(), Contains(HasSubstr("driver " + driver.text())));
  EXPECT_THAT(world.broken(), Contains(HasSubstr("passenger " + passenger.text())));
}

contracts::RideView shown_in(RideState state) {
  contracts::RideView ride;
  ride.ride_id = domain::RideId{uuid(10)};
  ride.driver.driver_id = driver;
  ride.state = state;
  return ride;
}

TEST(Journal, ARideThatSkipsStatesOnAPhoneIsInOrder) {
  Journal journal;
  journal.shown(passenger, shown_in(RideState::matched));
  journal.shown(passenger, shown_in(RideState::in_progress));
  journal.shown(passenger, shown_in(RideState::paid));
  EXPECT_THAT(journal.violations(), IsEmpty());
}

TEST(Journal, ARideThatGoesBackIsNot) {
  Journal journal;
  journal.shown(passenger, shown_in(RideState::in_progress));
  journal.shown(passenger, shown_in(RideState::arrived));
  EXPECT_THAT(journal.violations(), Contains(HasSubstr("from in_progress to arrived")));
}

TEST(Journal, ARideThatIsCancelledAfterItsStartIsNot) {
  Journal journal;
  journal.shown(passenger, shown_in(RideState::in_progress));
  journal.shown(passenger, shown_in(RideState::cancelled));
  EXPECT_THAT(journal.violations(), Contains(HasSubstr("to cancelled")));
}

}  // namespace
}  // namespace sim

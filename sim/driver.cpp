#include "sim/driver.hpp"

namespace sim {
namespace {

using namespace std::chrono_literals;
using contracts::RideView;
using domain::ride::PaymentMethod;
using domain::ride::PaymentState;
using domain::ride::RideState;
using platform::runtime::sleep_for;
namespace operations = contracts::operations;

constexpr auto idle = 1s;
constexpr auto before_trying_again = 300ms;
constexpr double lowered = 0.9;

/// A ride of one driver: a request that another has given up is another ride.
std::string name_of(const RideView& ride) {
  return ride.ride_id.text() + ' ' + std::to_string(base::unix_us(ride.matched_at));
}

std::string other_pin(const std::string& pin) { return pin == "0000" ? "0001" : "0000"; }

}  // namespace

Driver::Driver(City& city, int number)
    : Agent(city, "driver " + std::to_string(number + 1), number) {}

awaitable<void> Driver::settle_in() {
  doing("registering");
  co_await register_vehicle();
  doing("going on duty");
  phone().stay_at(city().somewhere(dice()));
  co_await go_on_duty();
}

awaitable<void> Driver::register_vehicle() {
  const auto code = city().runtime().entropy().below(100'000'000);
  const auto registered =
      co_await ask(operations::register_driver,
                   {.vehicle_type = domain::VehicleType::motorcycle,
                    .vehicle = "Honda Vario, black",
                    .plate = "B " + std::to_string(code) + " SIM",
                    .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Driver"}});
  if (!registered) throw std::runtime_error{"not registered: " + registered.error().code};
}

/// Match hears of the approval a moment after it was given.
awaitable<void> Driver::go_on_duty() {
  for (;;) {
    const auto beacon = co_await ask(operations::set_beacon, {.on = true});
    if (beacon) co_return;
    if (beacon.error().code != "driver_not_approved") {
      throw std::runtime_error{"not on duty: " + beacon.error().code};
    }
    co_await sleep_for(before_trying_again);
  }
}

bool Driver::is_done() const { return !city().has_passengers() && !has_ride(); }

bool Driver::has_ride() const {
  const auto& ride = document().ride;
  return ride && ride->driver.driver_id == me() && !is_over(ride->state);
}

bool Driver::is_asked() const {
  return document().proposal && document().proposal->match_id != considered_;
}

awaitable<void> Driver::step() {
  city().check_time();
  if (has_ride()) co_return co_await serve(*document().ride);
  if (is_asked()) co_return co_await consider(*document().proposal);
  doing("waiting for passengers");
  co_await changed(idle);
}

awaitable<void> Driver::consider(contracts::ProposalView proposal) {
  doing("answering a proposal");
  considered_ = proposal.match_id;
  co_await sleep_for(dice().between(50ms, behaviour().answering_max));
  if (dice().happens(behaviour().accepts)) {
    const auto accepted =
        co_await ask(operations::accept_proposal, {.match_id = proposal.match_id});
    if (!accepted) co_return;  // Too late, or the passenger has gone.
    doing("waiting for the ride of an accepted proposal");
    co_await until_shown([&](const contracts::Document& shown) {
      return shown.ride && shown.ride->ride_id == proposal.request_id;
    });
  } else if (dice().happens(behaviour().declines / (1 - behaviour().accepts))) {
    co_await ask(operations::decline_proposal, {.match_id = proposal.match_id});
  }
}

awaitable<void> Driver::serve(RideView ride) {
  if (once("connection " + name_of(ride), behaviour().loses_connection)) {
    co_await lose_connection();
    co_return;
  }
  switch (ride.state) {
    case RideState::matched: co_return co_await fetch(ride);
    case RideState::arrived: co_return co_await meet(ride);
    case RideState::in_progress: co_return co_await carry(ride);
    case RideState::completed: co_return co_await collect(ride);
    case RideState::paid:
    case RideState::cancelled: co_return;
  }
}

awaitable<bool> Driver::drive(const RideView& ride, domain::geo::Point to) {
  if (bound_for_ != to) phone().set_out(to, city().speed_kmh());
  bound_for_ = to;
  const auto left = std::chrono::ceil<std::chrono::milliseconds>(phone().until_there());
  if (left > 0ms) co_await changed(std::min<std::chrono::milliseconds>(left, idle));
  const auto& shown = document().ride;
  co_return shown && shown->ride_id == ride.ride_id &&
      shown->state == ride.state&& phone().until_there() == base::Duration {
        0
      };
}

/// After a refusal the next step may know better: the passenger may have cancelled, or the live map
/// be a moment behind.
template <class Answer>
awaitable<void> Driver::until_it_shows(const Reply<Answer>& reply, const RideView& ride,
                                       RideState state) {
  if (!reply) co_return co_await changed(before_trying_again);
  co_await until_shown([&](const contracts::Document& shown) {
    return !shown.ride || shown.ride->ride_id != ride.ride_id ||
           shown.ride->matched_at != ride.matched_at ||
           rank_of(shown.ride->state) >= rank_of(state);
  });
}

awaitable<void> Driver::fetch(const RideView& ride) {
  doing("driving to the pickup of " + ride.ride_id.text());
  if (once("cancel " + name_of(ride), behaviour().driver_cancels)) co_return co_await give_up(ride);
  if (!co_await drive(ride, ride.pickup.point())) co_return;
  const auto reply = co_await ask(operations::arrive, {.ride_id = ride.ride_id});
  co_await until_it_shows(reply, ride, RideState::arrived);
}

awaitable<void> Driver::meet(const RideView& ride) {
  doing("meeting the passenger of " + ride.ride_id.text());
  const auto pin = city().pins.find(ride.ride_id);
  if (pin == city().pins.end()) {
    const bool too_long = now() > ride.arrived_at.value() + behaviour().waits_for_passenger;
    co_return co_await (too_long ? give_up(ride) : changed(before_trying_again));
  }
  if (once("mistype " + name_of(ride), behaviour().driver_mistypes_pin)) {
    co_await ask(
        operations::start_ride,
        {.ride_id = ride.ride_id, .pin = other_pin(pin->second), .sequence = phone().sequence()});
  }
  const auto reply =
      co_await ask(operations::start_ride,
                   {.ride_id = ride.ride_id, .pin = pin->second, .sequence = phone().sequence()});
  co_await until_it_shows(reply, ride, RideState::in_progress);
}

awaitable<void> Driver::carry(const RideView& ride) {
  doing("carrying the passenger of " + ride.ride_id.text());
  if (!co_await drive(ride, ride.destination.point())) co_return;
  const bool lowers = dice().happens(behaviour().driver_lowers_fare);
  const auto reply = co_await ask(operations::complete_ride, {.ride_id = ride.ride_id,
                                                              .sequence = phone().sequence(),
                                                              .adjustment = lowers ? lowered : 1});
  co_await until_it_shows(reply, ride, RideState::completed);
}

awaitable<void> Driver::collect(const RideView& ride) {
  doing("collecting the fare of " + ride.ride_id.text());
  const auto& payment = ride.payment;
  const bool pays_otherwise =
      payment && payment->method != PaymentMethod::cash && payment->state == PaymentState::pending;
  if (!ride.fare || pays_otherwise) co_return co_await changed(idle);
  const auto reply = co_await ask(operations::confirm_cash, {.ride_id = ride.ride_id});
  co_await until_it_shows(reply, ride, RideState::paid);
}

awaitable<void> Driver::give_up(const RideView& ride) {
  const auto reply =
      co_await ask(operations::cancel_ride, {.ride_id = ride.ride_id, .reason = "Flat tyre"});
  co_await until_it_shows(reply, ride, RideState::cancelled);
}

awaitable<void> Driver::take_stock() {
  co_await ask(operations::set_beacon, {.on = false});
  const auto balance = co_await ask(operations::get_balance);
  if (balance) city().findings.balances[me()] = balance->balance;
}

}  // namespace sim

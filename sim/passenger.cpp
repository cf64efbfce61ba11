#include "sim/passenger.hpp"

namespace sim {
namespace {

using namespace std::chrono_literals;
using contracts::RideView;
using domain::match::RequestState;
using domain::ride::PaymentMethod;
using domain::ride::RideState;
using platform::runtime::sleep_for;
namespace operations = contracts::operations;

constexpr auto idle = 1s;
constexpr auto before_trying_again = 300ms;

bool before_the_start(const RideView& ride) {
  return rank_of(ride.state) < rank_of(RideState::in_progress);
}

}  // namespace

Passenger::Passenger(City& city, int number)
    : Agent(city, "passenger " + std::to_string(number + 1 - city.plan().drivers), number) {}

awaitable<void> Passenger::settle_in() {
  if (dice().happens(behaviour().passenger_polls)) poll_instead_of_holding_a_socket();
  co_return;
}

bool Passenger::is_searching() const {
  const auto& request = document().request;
  return request &&
         (request->state == RequestState::waiting || request->state == RequestState::matched);
}

bool Passenger::has_ride() const {
  const auto& ride = document().ride;
  return ride && ride->passenger_id == me() && !is_over(ride->state);
}

bool Passenger::is_done() const { return city().is_closing() && !is_searching() && !has_ride(); }

awaitable<void> Passenger::step() {
  city().check_time();
  if (has_ride()) co_return co_await follow(*document().ride);
  if (is_searching()) co_return co_await wait_for_driver(*document().request);
  doing("thinking");
  co_await sleep_for(dice().between(behaviour().thinking_min, behaviour().thinking_max));
  if (!city().is_closing()) co_await ask_for_ride();
}

awaitable<void> Passenger::ask_for_ride() {
  doing("asking for a ride");
  const auto pickup = city().somewhere(dice());
  const auto destination = city().somewhere_else(dice(), pickup);
  const auto request = co_await ask(operations::create_request,
                                    {.pickup = contracts::place_at(pickup, "Here"),
                                     .destination = contracts::place_at(destination, "There"),
                                     .vehicle_type = domain::VehicleType::motorcycle});
  if (!request) co_return co_await changed(idle);  // The last one is being closed.
  asked_at_[request->request_id] = now();
  ++city().sights.requested;
  doing("waiting for the request " + request->request_id.text() + " to be shown");
  co_await until_shown([&](const contracts::Document& shown) {
    return shown.request && shown.request->request_id == request->request_id;
  });
}

awaitable<void> Passenger::wait_for_driver(contracts::RequestView request) {
  doing("waiting for the driver of " + request.request_id.text());
  const bool stops = once("stop " + request.request_id.text(), behaviour().passenger_stops_search);
  if (request.state == RequestState::waiting && (stops || city().is_closing())) {
    co_return co_await stop_searching(request.request_id);
  }
  co_await changed(idle);
}

awaitable<void> Passenger::stop_searching(domain::RequestId request) {
  const auto cancelled = co_await ask(operations::cancel_request, {.request_id = request});
  if (!cancelled) co_return co_await changed(before_trying_again);  // A driver was quicker.
  co_await until_shown([&](const contracts::Document& shown) {
    return shown.request && (shown.request->request_id != request ||
                             shown.request->state == RequestState::cancelled);
  });
}

awaitable<void> Passenger::follow(RideView ride) {
  doing("on the ride " + ride.ride_id.text());
  if (ride.pin) city().pins[ride.ride_id] = *ride.pin;
  if (once("connection " + ride.ride_id.text(), behaviour().loses_connection)) {
    co_return co_await lose_connection();
  }
  if (cancels(ride)) co_return co_await cancel(ride);
  const bool can_pay = ride.state == RideState::completed && ride.fare && !ride.payment;
  if (can_pay && once("pay " + ride.ride_id.text(), behaviour().passenger_names_cash)) {
    co_return co_await name_cash(ride);
  }
  co_await changed(idle);
}

bool Passenger::cancels(const RideView& ride) {
  if (!before_the_start(ride)) return false;
  return once("cancel " + ride.ride_id.text(), behaviour().passenger_cancels) ||
         now() > ride.matched_at + behaviour().waits_for_driver;
}

awaitable<void> Passenger::cancel(const RideView& ride) {
  const auto cancelled =
      co_await ask(operations::cancel_ride, {.ride_id = ride.ride_id, .reason = "Plans changed"});
  if (!cancelled) co_return co_await changed(before_trying_again);  // It has started.
  co_await until_shown([&](const contracts::Document& shown) {
    return !shown.ride || shown.ride->ride_id != ride.ride_id || is_over(shown.ride->state);
  });
}

awaitable<void> Passenger::name_cash(const RideView& ride) {
  const auto payment =
      co_await ask(operations::pay_ride, {.ride_id = ride.ride_id, .method = PaymentMethod::cash});
  if (!payment) co_await changed(before_trying_again);  // The driver has it already.
}

void Passenger::notice(const contracts::Document& document) {
  const auto& ride = document.ride;
  if (!ride || ride->passenger_id != me()) return;
  const auto asked_at = asked_at_.find(ride->ride_id);
  if (asked_at != asked_at_.end() && matched_.insert(ride->ride_id).second) {
    city().waiting.add(now() - asked_at->second);
    ++city().sights.matched;
  }
  if (last_seen_ == std::pair{ride->ride_id, ride->state}) return;
  last_seen_ = {ride->ride_id, ride->state};
  if (ride->state == RideState::paid) ++city().sights.paid;
  if (ride->state == RideState::cancelled) ++city().sights.cancelled;
}

awaitable<void> Passenger::take_stock() {
  for (const auto& [request, at] : asked_at_) co_await find_out_about(request);
  city().findings.told_by.insert(me());
}

awaitable<void> Passenger::find_out_about(domain::RequestId id) {
  auto& findings = city().findings;
  const auto request = co_await ask(operations::get_request, {.request_id = id});
  if (request) findings.requests[id] = *request;
  const auto ride = co_await ask(operations::get_ride, {.ride_id = id});
  if (!ride) co_return;
  findings.rides[id] = *ride;
  const auto receipt = co_await ask(operations::get_receipt, {.ride_id = id});
  if (receipt) findings.receipts[id] = *receipt;
}

}  // namespace sim

#include "tests/system/steps.hpp"

#include <utility>

#include "base/json/enums.hpp"
#include "tests/support/eventually.hpp"
#include "tests/system/replies.hpp"

namespace tests::system {
namespace {

namespace operations = contracts::operations;
namespace frames = contracts::frames;
using domain::ride::RideState;

constexpr double here_m = 30;
constexpr auto approval_limit = std::chrono::seconds{20};
constexpr auto socket_closes_within = std::chrono::seconds{5};
constexpr auto token_ends_within = std::chrono::seconds{10};

bool is_at(const std::optional<contracts::DriverPosition>& seen, Point place) {
  return seen && domain::geo::distance({seen->latitude, seen->longitude}, place).value < here_m;
}

}  // namespace

awaitable<void> register_driver(Phone& phone, std::string plate) {
  granted(co_await phone.call(
      operations::register_driver,
      {.vehicle_type = domain::VehicleType::motorcycle,
       .vehicle = "Honda Vario, black",
       .plate = std::move(plate),
       .payout_account = {.bank = "BCA", .number = "1234567890", .holder = "Driver"}}));
  co_await support::eventually(
      "match hears of the driver", approval_limit, [&]() -> awaitable<bool> {
        const auto beacon = co_await phone.call(operations::set_beacon, {.on = false});
        const bool may_come = !beacon && beacon.error().code == "driver_not_approved";
        if (!may_come) granted(beacon);
        co_return !may_come;
      });
}

awaitable<domain::RequestId> request_ride(Phone& passenger, Point pickup, Point destination) {
  const auto request = granted(co_await passenger.call(
      operations::create_request, {.pickup = contracts::place_at(pickup, "Pickup"),
                                   .destination = contracts::place_at(destination, "Destination"),
                                   .vehicle_type = domain::VehicleType::motorcycle}));
  co_return request.request_id;
}

awaitable<domain::MatchId> proposal_of(Phone& driver, domain::RequestId request) {
  co_await driver.until("the driver is asked", [=](const Phone& phone) {
    const auto& proposal = phone.document().proposal;
    return proposal && proposal->request_id == request;
  });
  co_return driver.document().proposal->match_id;
}

awaitable<void> until_ride(Phone& phone, domain::RideId ride, RideState state) {
  const auto what = "the ride is " + std::string{base::json::name_of(state)};
  co_await phone.until(what, [=](const Phone& each) {
    const auto& shown = each.document().ride;
    return shown && shown->ride_id == ride && shown->state == state;
  });
}

awaitable<domain::RideId> match(Phone& passenger, Phone& driver, Point pickup, Point destination) {
  const auto request = co_await request_ride(passenger, pickup, destination);
  const auto proposal = co_await proposal_of(driver, request);
  granted(co_await driver.call(operations::accept_proposal, {.match_id = proposal}));
  co_await until_ride(passenger, request, RideState::matched);
  co_await until_ride(driver, request, RideState::matched);
  co_return request;
}

awaitable<void> drive_up(Phone& passenger, Phone& driver, Point pickup) {
  driver.stay_at(pickup);
  co_await passenger.until("the passenger sees the driver at the pickup", [=](const Phone& phone) {
    return is_at(phone.latest<contracts::DriverPosition>(frames::driver_position), pickup);
  });
}

awaitable<void> set_out(Phone& passenger, Phone& driver, domain::RideId ride) {
  granted(co_await driver.call(operations::arrive, {.ride_id = ride}));
  granted(
      co_await driver.call(operations::start_ride, {.ride_id = ride,
                                                    .pin = passenger.document().ride->pin.value(),
                                                    .sequence = driver.sequence()}));
  co_await until_ride(passenger, ride, RideState::in_progress);
}

awaitable<domain::RideId> begin_ride(Phone& passenger, Phone& driver, Point pickup,
                                     Point destination) {
  const auto ride = co_await match(passenger, driver, pickup, destination);
  co_await drive_up(passenger, driver, pickup);
  co_await set_out(passenger, driver, ride);
  co_return ride;
}

awaitable<void> until_socket_closes(Phone& phone) {
  co_await phone.until("the socket closes", [](const Phone& each) { return !each.connected(); });
}

awaitable<void> until_session_ends(Phone& phone) {
  co_await phone.until(
      "the socket closes",
      [](const Phone& each) {
        return !each.connected() &&
               each.close_code() ==
                   static_cast<std::uint16_t>(platform::ws::CloseCode::token_expired);
      },
      socket_closes_within);
}

awaitable<void> until_logged_out(Phone& phone) {
  co_await until_session_ends(phone);
  co_await support::eventually("logged out", token_ends_within, [&]() -> awaitable<bool> {
    co_return !co_await phone.call(operations::get_me);
  });
}

awaitable<void> until_metered(Phone& phone, double metres) {
  constexpr double metre = 1;
  co_await phone.until("the way is metered", [=](const Phone& each) {
    const auto metered = each.latest<contracts::RunningFare>(frames::running_fare);
    return metered && metered->metres > metres - metre;
  });
}

awaitable<contracts::RideView> complete_ride(Phone& driver, domain::RideId ride,
                                             double adjustment) {
  granted(co_await driver.call(
      operations::complete_ride,
      {.ride_id = ride, .sequence = driver.sequence(), .adjustment = adjustment}));
  co_await driver.until("the fare is final", [=](const Phone& phone) {
    const auto& shown = phone.document().ride;
    return shown && shown->ride_id == ride && shown->fare;
  });
  co_return *driver.document().ride;
}

}  // namespace tests::system

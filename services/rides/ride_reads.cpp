#include <chrono>

#include "contracts/snapshot.hpp"
#include "services/rides/use_cases.hpp"
#include "services/rides/views.hpp"

namespace services::rides {
namespace {

using contracts::FareEstimate;
using domain::rejected;
using domain::Rejection;

std::optional<Rejection> refusal_of_length(base::Metres straight, const RidesConfig& config) {
  if (straight.value < config.trip_min_m) return Rejection::trip_too_short;
  if (straight.value > config.trip_max_m) return Rejection::trip_too_long;
  return {};
}

/// The length is the road's, so it is the same for every vehicle.
void add_option(FareEstimate& estimate, const contracts::EstimateFare& trip,
                const domain::fare::Tariff& tariff, const domain::fare::EstimateRules& rules) {
  const auto fare =
      domain::fare::estimate(tariff, trip.pickup.point(), trip.destination.point(), rules);
  estimate.metres = fare.metres.value;
  estimate.duration_s =
      static_cast<int>(std::chrono::round<std::chrono::seconds>(fare.duration).count());
  estimate.options.push_back({.vehicle_type = tariff.vehicle_type, .fare = fare.total});
}

}  // namespace

awaitable<Outcome<FareEstimate>> RideUseCases::estimate_fare(Caller,
                                                             contracts::EstimateFare question) {
  const auto straight =
      domain::geo::distance(question.pickup.point(), question.destination.point());
  if (const auto refusal = refusal_of_length(straight, config_)) co_return rejected(*refusal);
  FareEstimate estimate;
  for (const auto& tariff : co_await ports_.prices.offers(question.pickup.point(), work_.now())) {
    add_option(estimate, question, tariff, config_.estimate_rules());
  }
  co_return estimate;
}

awaitable<Outcome<contracts::RideView>> RideUseCases::get_ride(Caller caller,
                                                               contracts::RideRef question) {
  const auto record = co_await find_for(caller, question.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  co_return contracts::as_seen_by(caller.user, view_of(*record));
}

awaitable<Outcome<contracts::Receipt>> RideUseCases::get_receipt(Caller caller,
                                                                 contracts::RideRef question) {
  const auto record = co_await find_for(caller, question.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  co_return receipt_of(*record);
}

awaitable<Outcome<contracts::DriverBalance>> RideUseCases::get_balance(Caller caller,
                                                                       contracts::NoArguments) {
  const auto account = domain::ledger::Account::driver(caller.user);
  const auto floor = config_.payments.debt_floor;
  const auto balance = co_await ports_.ledger.balance(account, config_.currency());
  co_return contracts::DriverBalance{.balance = balance,
                                     .debt_floor = floor,
                                     .cash_allowed = domain::ledger::may_take_cash(balance, floor)};
}

awaitable<std::optional<RideRecord>> RideUseCases::find_for(const Caller& caller,
                                                            domain::RideId id) {
  auto record = co_await ports_.rides.find(id);
  if (!record) co_return std::nullopt;
  const auto& ride = record->ride;
  const bool takes_part = caller.user == ride.passenger_id || caller.user == ride.driver_id;
  if (!takes_part) co_return std::nullopt;
  co_return record;
}

}  // namespace services::rides

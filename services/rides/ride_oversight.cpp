#include <algorithm>
#include <stdexcept>
#include <utility>

#include "base/json/enums.hpp"
#include "domain/ride/silence.hpp"
#include "services/binding/remote.hpp"
#include "services/rides/announcements.hpp"
#include "services/rides/use_cases.hpp"
#include "services/rides/views.hpp"

namespace services::rides {

namespace events = contracts::events;
namespace ride = domain::ride;
using contracts::StaffRide;
using domain::rejected;
using domain::Rejection;

namespace {

constexpr auto* driver_silent = "driver_silent";

Doer staff(const Caller& caller, std::string reason) {
  return {.name = "staff:" + caller.staff, .note = std::move(reason)};
}

/// Ends the trip where its meter stands, which can't be before it began.
Outcome<ride::RideChange> complete_at(const ride::Ride& ride, domain::geo::Sequence metered_through,
                                      base::Instant now) {
  const auto sequence = std::max(metered_through, ride.start_sequence.value_or(0));
  return decide(ride, ride::CompleteBySystem{.sequence = sequence}, now);
}

Outcome<ride::RideChange> hand_over(const RideRecord& record,
                                    const contracts::MatchReassigned& event, base::Instant now) {
  if (record.match_id != event.replaces) return rejected(Rejection::conflict);
  return decide(record.ride, ride::Reassign{.driver_id = event.driver.driver_id}, now);
}

}  // namespace

awaitable<void> RideUseCases::reassign(contracts::MatchReassigned event) {
  auto record = co_await ports_.rides.lock(event.request_id);
  if (!record) throw std::runtime_error{"a reassigned ride that never began"};
  if (record->match_id == event.match_id) co_return;  // Told twice.
  const Doer by{.name = "staff:" + event.by, .note = event.reason};
  const auto change = hand_over(*record, event, work_.now());
  if (!change) {
    co_await note(*record, events::ride_reassign_refused.type, by);
    co_await work_.announce(events::ride_reassign_refused, event.request_id,
                            contracts::ReassignRefused{.ride_id = event.request_id,
                                                       .match_id = event.match_id,
                                                       .driver_id = event.driver.driver_id});
    co_return;
  }
  const auto previous = record->ride.driver_id;
  record->ride = change->ride;
  record->match_id = event.match_id;
  record->driver = event.driver;
  co_await ports_.rides.hand_over(*record);
  co_await announce(events::ride_reassigned, *record, previous);
  co_await note(*record, events::ride_reassigned.type, by);
}

awaitable<Outcome<StaffRide>> RideUseCases::cancel_for(Caller caller,
                                                       contracts::CancelRideFor command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::CancelBySystem cancel{.reason = command.reason};
  co_return co_await carry_out_for(caller, command.reason, *record,
                                   decide(record->ride, cancel, rules_, work_.now()));
}

awaitable<Outcome<StaffRide>> RideUseCases::complete_for(Caller caller,
                                                         contracts::CompleteRideFor command) {
  const auto metered = co_await ports_.map.metered_through(command.ride_id);
  if (!metered) throw binding::RemoteUnavailable{"location can't say where the meter stands"};
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  co_return co_await carry_out_for(caller, command.reason, *record,
                                   complete_at(record->ride, *metered, work_.now()));
}

awaitable<Outcome<StaffRide>> RideUseCases::set_metres(Caller caller,
                                                       contracts::SetRideMetres command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::FinalizeFare finalize{.metres = {command.metres}};
  co_return co_await carry_out_for(caller, command.reason, *record,
                                   decide(record->ride, finalize, work_.now()));
}

awaitable<Outcome<StaffRide>> RideUseCases::carry_out_for(Caller caller, std::string reason,
                                                          RideRecord record,
                                                          Outcome<ride::RideChange> change) {
  if (!change) co_return rejected(change.error());
  co_return staff_view_of(
      co_await apply(std::move(record), *change, staff(caller, std::move(reason))));
}

awaitable<void> RideUseCases::answer_silence(domain::RideId id, base::Instant heard_at) {
  const auto metered = co_await ports_.map.metered_through(id);
  const auto record = co_await ports_.rides.lock(id);
  if (!record) co_return;
  const Doer by{.note = driver_silent};
  const auto answer =
      answer_to_silence(record->ride.state, std::max(heard_at, record->ride.matched_at),
                        config_.silence_rules(), work_.now());
  switch (answer) {
    case ride::SilenceAnswer::none: co_return;
    case ride::SilenceAnswer::call_operator: break;
    case ride::SilenceAnswer::cancel: {
      const ride::CancelBySystem cancel{.reason = driver_silent};
      const auto change = decide(record->ride, cancel, rules_, work_.now());
      if (change) co_await apply(*record, *change, by);
      co_return;
    }
    case ride::SilenceAnswer::complete: {
      if (!metered) break;  // Where the meter stands, the next look will tell.
      const auto change = complete_at(record->ride, *metered, work_.now());
      if (change) co_await apply(*record, *change, by);
      co_return;
    }
  }
  co_await call_attention(id,
                          {.reason = contracts::AttentionReason::driver_silent, .since = heard_at});
}

awaitable<void> RideUseCases::call_attention(domain::RideId id, contracts::Attention attention) {
  auto record = co_await ports_.rides.lock(id);
  if (!record) co_return;
  if (record->attention && record->attention->reason == attention.reason) co_return;
  record->attention = attention;
  co_await ports_.rides.call_attention(id, attention);
  co_await work_.announce(
      events::ride_needs_attention, id,
      contracts::RideNeedsAttention{.ride = staff_view_of(*record).ride, .attention = attention});
  co_await note(*record, events::ride_needs_attention.type,
                {.note = std::string{base::json::name_of(attention.reason)}});
}

}  // namespace services::rides

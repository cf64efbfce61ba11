#pragma once

/// What can be done with a ride. Each use case loads, lets the domain decide, applies the change
/// and answers; state, rows of the ledger and events are one commit.

#include <optional>
#include <vector>

#include "contracts/events.hpp"
#include "contracts/operators.hpp"
#include "contracts/rides.hpp"
#include "domain/rejection.hpp"
#include "services/binding/caller.hpp"
#include "services/binding/work.hpp"
#include "services/rides/config.hpp"
#include "services/rides/ports.hpp"

namespace services::rides {

using binding::Caller;
using domain::Outcome;

struct Ports {
  RideStore& rides;
  Ledger& ledger;
  LiveMap& map;
  MoneyStore& money;
  PriceList& prices;
};

/// By whom something was done, and what they said about it.
struct Doer {
  std::string name = "system";  ///< "driver:<id>", "staff:<key>" ...
  std::optional<std::string> note = {};
};

class RideUseCases {
 public:
  RideUseCases(binding::Work& work, Ports ports, const RidesConfig& config)
      : work_(work), ports_(ports), config_(config), rules_(config.ride_rules()) {}

  // The life of a ride: ride_life.cpp

  awaitable<void> begin(contracts::MatchAccepted accepted);
  awaitable<Outcome<contracts::RideView>> arrive(Caller caller, contracts::RideRef command);
  awaitable<Outcome<contracts::RideView>> start(Caller caller, contracts::StartRide command);
  awaitable<Outcome<contracts::RideView>> complete(Caller caller, contracts::CompleteRide command);
  awaitable<Outcome<contracts::RideView>> cancel(Caller caller, contracts::CancelRide command);
  awaitable<Outcome<contracts::RideView>> report_no_show(Caller caller, contracts::RideRef command);
  awaitable<void> finalize_fare(contracts::TripMetered metered);

  // What operators and the service itself do about it: ride_oversight.cpp

  awaitable<void> reassign(contracts::MatchReassigned event);
  awaitable<Outcome<contracts::StaffRide>> cancel_for(Caller caller,
                                                      contracts::CancelRideFor command);
  /// Ends the trip where location has metered it to; throws RemoteUnavailable when it can't say.
  awaitable<Outcome<contracts::StaffRide>> complete_for(Caller caller,
                                                        contracts::CompleteRideFor command);
  awaitable<Outcome<contracts::StaffRide>> set_metres(Caller caller,
                                                      contracts::SetRideMetres command);
  /// Does what domain/ride/silence.hpp says of a driver who was last heard at `heard_at`.
  awaitable<void> answer_silence(domain::RideId id, base::Instant heard_at);
  /// Puts the ride before an operator, once for each reason.
  awaitable<void> call_attention(domain::RideId id, contracts::Attention attention);

  // Paying for it: ride_payment.cpp

  awaitable<Outcome<contracts::PaymentView>> pay(Caller caller, contracts::PayRide command);
  awaitable<Outcome<contracts::PaymentView>> confirm_cash(Caller caller,
                                                          contracts::RideRef command);

  // What comes of its payment, within a commit that holds its lock: ride_payment.cpp

  /// The provider has decided about `attempt`. Money for an attempt that something else has
  /// replaced goes back.
  awaitable<void> conclude_payment(RideRecord record, std::int32_t attempt,
                                   domain::money::Effect effect);
  awaitable<void> begin_refund(const RideRecord& record, domain::money::Refund refund);
  awaitable<void> conclude_refund(const RideRecord& record, domain::money::Refund refund,
                                  domain::money::Effect effect);
  /// Announces what the wallet can pay with now.
  awaitable<void> tell_wallet(domain::PassengerId passenger,
                              std::optional<contracts::TopUpView> top_up);
  awaitable<base::Money> spendable(domain::PassengerId passenger);

  // Looking at it: ride_reads.cpp

  awaitable<Outcome<contracts::FareEstimate>> estimate_fare(Caller caller,
                                                            contracts::EstimateFare question);
  awaitable<Outcome<contracts::RideView>> get_ride(Caller caller, contracts::RideRef question);
  awaitable<Outcome<contracts::Receipt>> get_receipt(Caller caller, contracts::RideRef question);
  awaitable<Outcome<contracts::DriverBalance>> get_balance(Caller caller, contracts::NoArguments);

 private:
  /// Empty when nobody has a price for it: it was promised while rides could not be asked.
  awaitable<std::optional<domain::ride::Booking>> booking_of(contracts::MatchAccepted accepted);
  awaitable<void> refuse(const contracts::MatchAccepted& accepted);

  /// Of both sides; empty when the live map is out of reach.
  awaitable<std::optional<domain::ride::Whereabouts>> whereabouts(domain::RideId id);

  /// A ride of the caller's, for looking at.
  awaitable<std::optional<RideRecord>> find_for(const Caller& caller, domain::RideId id);

  /// Applies what was decided and answers as the caller may see it.
  awaitable<Outcome<contracts::RideView>> carry_out(Caller caller, RideRecord record,
                                                    Outcome<domain::ride::RideChange> change);
  awaitable<Outcome<contracts::PaymentView>> carry_out(RideRecord record,
                                                       domain::ride::PaymentChange change);

  awaitable<void> give_back(const RideRecord& record, std::int32_t attempt);
  awaitable<void> tell_refund(const RideRecord& record, const domain::money::Refund& refund);
  /// Whether the driver may take `fare`, which has been earned already, in cash.
  awaitable<bool> may_take_cash(domain::DriverId driver, base::Money fare);
  /// As above, for operators.
  awaitable<Outcome<contracts::StaffRide>> carry_out_for(Caller caller, std::string reason,
                                                         RideRecord record,
                                                         Outcome<domain::ride::RideChange> change);

  /// Keeps the ride and tells of its events.
  awaitable<RideRecord> apply(RideRecord record, domain::ride::RideChange change, Doer by = {});
  /// Tells the books, the world and the story.
  awaitable<void> tell(const RideRecord& record, const std::vector<domain::ride::RideEvent>& events,
                       Doer by = {});
  awaitable<void> announce(const contracts::EventKind<contracts::RideChanged>& kind,
                           const RideRecord& record,
                           std::optional<domain::DriverId> previous_driver = {});
  awaitable<void> note(const RideRecord& record, std::string_view what, Doer by);

  binding::Work& work_;
  Ports ports_;
  const RidesConfig& config_;
  domain::ride::RideRules rules_;
};

}  // namespace services::rides

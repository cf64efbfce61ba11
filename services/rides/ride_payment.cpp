#include <utility>

#include "services/rides/announcements.hpp"
#include "services/rides/use_cases.hpp"
#include "services/rides/views.hpp"

namespace services::rides {

namespace ride = domain::ride;
using contracts::PaymentView;
using domain::rejected;
using domain::Rejection;

awaitable<Outcome<PaymentView>> RideUseCases::pay(Caller caller, contracts::PayRide command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::RequestPayment request{.payment_id = work_.new_id<domain::PaymentId>(),
                                     .method = command.method};
  const auto change = decide(record->ride, record->payment, caller.user, request, work_.now());
  if (!change) co_return rejected(change.error());
  const auto* adapter = find_payment_adapter(command.method);
  if (adapter == nullptr) co_return rejected(Rejection::payment_method_unavailable);
  co_return co_await carry_out(*record, co_await adapter->collect(*change));
}

awaitable<Outcome<PaymentView>> RideUseCases::confirm_cash(Caller caller,
                                                           contracts::RideRef command) {
  const auto record = co_await ports_.rides.lock(command.ride_id);
  if (!record) co_return rejected(Rejection::not_found);
  const ride::ConfirmCash confirm{.payment_id = work_.new_id<domain::PaymentId>()};
  const auto change = decide(record->ride, record->payment, caller.user, confirm, work_.now());
  if (!change) co_return rejected(change.error());
  co_return co_await carry_out(*record, *change);
}

awaitable<Outcome<PaymentView>> RideUseCases::carry_out(RideRecord record,
                                                        ride::PaymentChange change) {
  record.payment = change.payment;
  co_await ports_.rides.save(change.payment);
  if (const auto* kind = announcement_of(change.event)) co_await announce(*kind, record);
  if (change.event == ride::PaymentEvent::settled) {
    const auto paid = decide(record.ride, ride::Pay{}, work_.now());
    if (!paid) co_return rejected(paid.error());
    co_await apply(record, *paid);
  }
  co_return view_of(change.payment);
}

}  // namespace services::rides

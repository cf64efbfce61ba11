#include "services/rides/books.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"

namespace services::rides {
namespace {

namespace ledger = domain::ledger;
using domain::ride::RideEvent;
using Transfers = std::vector<ledger::Transfer>;

Transfers transfers_for_fare(const RideRecord& record) {
  const auto total = record.ride.fare->total;
  return ledger::transfers_for_fare(record.ride.id, parties_of(record), total,
                                    domain::fare::platform_fee(total, record.platform_fee_bp));
}

Transfers transfers_for_payment(const RideRecord& record) {
  const auto& adapter = payment_adapter(record.payment->method);
  return adapter.transfers(*record.payment, parties_of(record));
}

}  // namespace

ledger::Parties parties_of(const RideRecord& record) {
  return {.passenger_id = record.ride.passenger_id, .driver_id = record.ride.driver_id};
}

Transfers transfers_for(RideEvent event, const RideRecord& record) {
  switch (event) {
    case RideEvent::matched:
    case RideEvent::reassigned:
    case RideEvent::driver_arrived:
    case RideEvent::started:
    case RideEvent::completed: return {};
    case RideEvent::fare_final: return transfers_for_fare(record);
    case RideEvent::paid: return transfers_for_payment(record);
    case RideEvent::cancelled:
      return ledger::transfers_for_cancellation_fee(record.ride.id, parties_of(record),
                                                    record.ride.cancellation->fee);
  }
  NEBENGJEK_UNREACHABLE("an event that the books don't know");
}

Transfers all_transfers_of(const RideRecord& record) {
  Transfers all;
  const auto add = [&](bool happened, RideEvent event) {
    if (happened) std::ranges::move(transfers_for(event, record), std::back_inserter(all));
  };
  add(record.ride.fare.has_value(), RideEvent::fare_final);
  add(record.ride.paid_at.has_value(), RideEvent::paid);
  add(record.ride.cancellation.has_value(), RideEvent::cancelled);
  return all;
}

}  // namespace services::rides

#include "services/rides/announcements.hpp"

#include <algorithm>
#include <iterator>

#include "base/assert.hpp"

namespace services::rides {
namespace {

namespace events = contracts::events;
using domain::ride::PaymentEvent;
using domain::ride::RideEvent;

template <class Event>
struct Row {
  Event event;
  const RideEventKind* kind;
};

// clang-format off

constexpr Row<RideEvent> of_rides[] = {
    {RideEvent::matched,        &events::ride_matched},
    {RideEvent::reassigned,     &events::ride_reassigned},
    {RideEvent::driver_arrived, &events::ride_driver_arrived},
    {RideEvent::started,        &events::ride_started},
    {RideEvent::completed,      &events::ride_completed},
    {RideEvent::fare_final,     &events::ride_fare_final},
    {RideEvent::paid,           &events::ride_paid},
    {RideEvent::cancelled,      &events::ride_cancelled},
};

constexpr Row<PaymentEvent> of_payments[] = {
    {PaymentEvent::requested, &events::payment_requested},
    {PaymentEvent::settled,   &events::payment_settled},
    {PaymentEvent::failed,    &events::payment_failed},
};

// clang-format on

template <class Event, std::size_t Size>
const RideEventKind& find(const Row<Event> (&rows)[Size], Event event) {
  const auto* row = std::ranges::find(rows, event, &Row<Event>::event);
  NEBENGJEK_ASSERT(row != std::end(rows));
  return *row->kind;
}

}  // namespace

const RideEventKind& announcement_of(RideEvent event) { return find(of_rides, event); }

const RideEventKind& announcement_of(PaymentEvent event) { return find(of_payments, event); }

}  // namespace services::rides

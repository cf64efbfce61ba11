#include "services/rides/views.hpp"

#include <chrono>
#include <string>

namespace services::rides {
namespace {

using contracts::ReceiptLine;
using domain::Rejection;
using domain::ride::RideState;

std::optional<contracts::Cancellation> cancellation_of(const domain::ride::Ride& ride) {
  if (!ride.cancellation) return {};
  contracts::Cancellation view{.by = ride.cancellation->by, .fee = ride.cancellation->fee};
  if (!ride.cancellation->reason.empty()) view.reason = ride.cancellation->reason;
  return view;
}

std::optional<base::Instant> ended_at(const domain::ride::Ride& ride) {
  return ride.cancellation ? ride.cancellation->at : ride.paid_at;
}

/// Of a fare: the distance always, anything else that counts for something.
std::vector<ReceiptLine> lines_of(const domain::fare::Fare& fare) {
  std::vector<ReceiptLine> lines{{.kind = "distance", .amount = fare.distance}};
  const auto add = [&](const char* kind, base::Money amount) {
    if (amount.amount != 0) lines.push_back({.kind = kind, .amount = amount});
  };
  add("base", fare.base);
  add("time", fare.time);
  add("minimum", fare.minimum_top_up);
  add("driver_adjustment", fare.adjustment);
  return lines;
}

contracts::Receipt blank_receipt(const RideRecord& record) {
  contracts::Receipt receipt{
      .ride_id = record.ride.id,
      .pickup = contracts::place_at(record.ride.pickup, record.pickup_label),
      .destination = contracts::place_at(record.ride.destination, record.destination_label),
      .driver = record.driver};
  if (record.payment) receipt.payment = view_of(*record.payment);
  return receipt;
}

contracts::Receipt receipt_of_trip(const RideRecord& record) {
  const auto& fare = *record.ride.fare;
  auto receipt = blank_receipt(record);
  receipt.issued_at = record.ride.paid_at.value_or(*record.ride.completed_at);
  receipt.metres = fare.metres.value;
  receipt.duration_s =
      static_cast<int>(std::chrono::floor<std::chrono::seconds>(fare.duration).count());
  receipt.lines = lines_of(fare);
  receipt.total = fare.total;
  return receipt;
}

contracts::Receipt receipt_of_cancellation(const RideRecord& record) {
  const auto& cancellation = *record.ride.cancellation;
  auto receipt = blank_receipt(record);
  receipt.issued_at = cancellation.at;
  receipt.lines = {{.kind = "cancellation_fee", .amount = cancellation.fee}};
  receipt.total = cancellation.fee;
  return receipt;
}

}  // namespace

contracts::PaymentView view_of(const domain::ride::Payment& payment) {
  return {.payment_id = payment.id,
          .ride_id = payment.ride_id,
          .method = payment.method,
          .state = payment.state,
          .amount = payment.amount,
          .created_at = payment.requested_at,
          .settled_at = payment.settled_at};
}

contracts::RideView view_of(const RideRecord& record) {
  const auto& ride = record.ride;
  contracts::RideView view{
      .ride_id = ride.id,
      .state = ride.state,
      .passenger_id = ride.passenger_id,
      .driver = record.driver,
      .pickup = contracts::place_at(ride.pickup, record.pickup_label),
      .destination = contracts::place_at(ride.destination, record.destination_label),
      .matched_at = ride.matched_at,
      .arrived_at = ride.arrived_at,
      .started_at = ride.started_at,
      .completed_at = ride.completed_at,
      .ended_at = ended_at(ride),
      .cancellation = cancellation_of(ride)};
  if (ride.state == RideState::matched || ride.state == RideState::arrived) view.pin = ride.pin;
  if (ride.fare) {
    view.metres = ride.fare->metres.value;
    view.fare = ride.fare->total;
  }
  if (record.payment) view.payment = view_of(*record.payment);
  return view;
}

contracts::StaffRide staff_view_of(const RideRecord& record) {
  contracts::StaffRide view{.ride = view_of(record), .attention = record.attention};
  view.ride.pin.reset();
  return view;
}

domain::Outcome<contracts::Receipt> receipt_of(const RideRecord& record) {
  if (record.ride.fare) return receipt_of_trip(record);
  if (!record.ride.cancellation) return domain::rejected(Rejection::fare_not_final);
  if (record.ride.cancellation->fee.amount == 0) return domain::rejected(Rejection::not_payable);
  return receipt_of_cancellation(record);
}

}  // namespace services::rides

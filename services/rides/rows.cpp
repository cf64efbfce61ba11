#include "services/rides/rows.hpp"

#include <algorithm>
#include <iterator>
#include <string>
#include <utility>

#include "base/money.hpp"

namespace services::rides {
namespace {

namespace fare = domain::fare;
namespace ledger = domain::ledger;
namespace postgres = platform::postgres;
namespace ride = domain::ride;
using postgres::Row;
using postgres::to_nullable;

base::Currency currency_of(const Row& row) {
  const auto text = row.get<std::string>("currency");
  const auto currency = base::parse_currency(text);
  if (!currency) postgres::bad_value(text, "a currency");
  return *currency;
}

base::Money money_of(const Row& row, std::string_view column) {
  return {row.get<std::int64_t>(column), currency_of(row)};
}

domain::geo::Point point_of(const Row& row, std::string_view latitude, std::string_view longitude) {
  return {row.get<double>(latitude), row.get<double>(longitude)};
}

std::optional<fare::Fare> fare_of(const Row& row) {
  const auto metres = row.maybe<double>("fare_metres");
  if (!metres) return {};
  return fare::Fare{.metres = {*metres},
                    .duration = base::Duration{row.get<std::int64_t>("fare_duration_us")},
                    .adjustment_bp = row.get<int>("adjustment_bp"),
                    .base = money_of(row, "fare_base"),
                    .distance = money_of(row, "fare_distance"),
                    .time = money_of(row, "fare_time"),
                    .minimum_top_up = money_of(row, "fare_minimum_top_up"),
                    .adjustment = money_of(row, "fare_adjustment"),
                    .total = money_of(row, "fare_total")};
}

std::optional<ride::Cancellation> cancellation_of(const Row& row) {
  const auto by = row.maybe<ride::CancelledBy>("cancelled_by");
  if (!by) return {};
  return ride::Cancellation{.by = *by,
                            .reason = row.get<std::string>("cancellation_reason"),
                            .fee = money_of(row, "cancellation_fee"),
                            .at = row.get<base::Instant>("cancelled_at")};
}

ride::Ride ride_of(const Row& row) {
  return {.id = row.get<domain::RideId>("ride_id"),
          .passenger_id = row.get<domain::PassengerId>("passenger_id"),
          .driver_id = row.get<domain::DriverId>("driver_id"),
          .vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
          .pickup = point_of(row, "pickup_latitude", "pickup_longitude"),
          .destination = point_of(row, "destination_latitude", "destination_longitude"),
          .tariff = tariff_of(row),
          .state = row.get<ride::RideState>("state"),
          .pin = row.get<std::string>("pin"),
          .pin_failures = row.get<int>("pin_failures"),
          .matched_at = row.get<base::Instant>("matched_at"),
          .arrived_at = row.maybe<base::Instant>("arrived_at"),
          .started_at = row.maybe<base::Instant>("started_at"),
          .completed_at = row.maybe<base::Instant>("completed_at"),
          .paid_at = row.maybe<base::Instant>("paid_at"),
          .start_sequence = row.maybe<std::int64_t>("start_sequence"),
          .end_sequence = row.maybe<std::int64_t>("end_sequence"),
          .adjustment_bp = row.get<int>("adjustment_bp"),
          .fare = fare_of(row),
          .cancellation = cancellation_of(row),
          .version = row.get<std::int64_t>("version")};
}

std::optional<ride::Payment> payment_of(const Row& row) {
  const auto id = row.maybe<domain::PaymentId>("payment_id");
  if (!id) return {};
  return ride::Payment{.id = *id,
                       .ride_id = row.get<domain::RideId>("ride_id"),
                       .method = row.get<ride::PaymentMethod>("method"),
                       .amount = money_of(row, "amount"),
                       .state = row.get<ride::PaymentState>("payment_state"),
                       .attempt = row.get<int>("attempt"),
                       .requested_at = row.get<base::Instant>("requested_at"),
                       .settled_at = row.maybe<base::Instant>("settled_at"),
                       .version = row.get<std::int64_t>("payment_version")};
}

std::optional<contracts::Attention> attention_of(const Row& row) {
  const auto since = row.maybe<base::Instant>("attention_since");
  if (!since) return {};
  return contracts::Attention{.reason = row.get<contracts::AttentionReason>("attention_reason"),
                              .since = *since};
}

template <class T>
T parsed(const Row& row, std::string_view column) {
  const auto text = row.get<std::string>(column);
  const auto value = T::parse(text);
  if (!value) postgres::bad_value(text, column);
  return *value;
}

template <class... Values>
Parameters texts_of(const Values&... values) {
  return {to_nullable(values)...};
}

Parameters fare_texts(const std::optional<fare::Fare>& fare) {
  if (!fare) return Parameters(8);
  return texts_of(fare->metres.value, std::int64_t{fare->duration.count()}, fare->base.amount,
                  fare->distance.amount, fare->time.amount, fare->minimum_top_up.amount,
                  fare->adjustment.amount, fare->total.amount);
}

Parameters cancellation_texts(const std::optional<ride::Cancellation>& cancellation) {
  if (!cancellation) return Parameters(4);
  return texts_of(cancellation->by, cancellation->at, cancellation->reason,
                  cancellation->fee.amount);
}

void append(Parameters& parameters, Parameters more) {
  std::ranges::move(more, std::back_inserter(parameters));
}

}  // namespace

RideRecord record_of(const Row& row) {
  return {.ride = ride_of(row),
          .match_id = row.get<domain::MatchId>("match_id"),
          .driver = {.driver_id = row.get<domain::DriverId>("driver_id"),
                     .name = row.get<std::string>("driver_name"),
                     .vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
                     .vehicle = row.get<std::string>("vehicle"),
                     .plate = row.get<std::string>("plate"),
                     .rating = row.maybe<double>("driver_rating"),
                     .ratings = row.maybe<std::int64_t>("driver_ratings")},
          .pickup_label = row.maybe<std::string>("pickup_label"),
          .destination_label = row.maybe<std::string>("destination_label"),
          .platform_fee_bp = row.get<int>("platform_fee_bp"),
          .payment = payment_of(row),
          .attention = attention_of(row)};
}

fare::Tariff tariff_of(const Row& row) {
  return {.vehicle_type = row.get<domain::VehicleType>("vehicle_type"),
          .currency = currency_of(row),
          .base = row.get<std::int64_t>("tariff_base"),
          .per_km = row.get<std::int64_t>("tariff_per_km"),
          .per_minute = row.get<std::int64_t>("tariff_per_minute"),
          .minimum = row.get<std::int64_t>("tariff_minimum")};
}

ledger::Transfer transfer_of(const Row& row) {
  return {.debit_account = parsed<ledger::Account>(row, "debit_account"),
          .credit_account = parsed<ledger::Account>(row, "credit_account"),
          .amount = money_of(row, "amount"),
          .kind = row.get<ledger::TransferKind>("kind"),
          .cause = parsed<ledger::Cause>(row, "cause")};
}

Parameters parameters_to_book(const RideRecord& record) {
  const auto& ride = record.ride;
  return texts_of(ride.id, record.match_id, ride.passenger_id, ride.driver_id, record.driver.name,
                  ride.vehicle_type, record.driver.vehicle, record.driver.plate,
                  ride.pickup.latitude, ride.pickup.longitude, record.pickup_label,
                  ride.destination.latitude, ride.destination.longitude, record.destination_label,
                  base::code(ride.tariff.currency), ride.tariff.base, ride.tariff.per_km,
                  ride.tariff.per_minute, ride.tariff.minimum, record.platform_fee_bp, ride.state,
                  ride.pin, ride.matched_at, ride.version, record.driver.rating,
                  record.driver.ratings);
}

Parameters parameters_to_save(const domain::ride::Ride& ride) {
  auto parameters = texts_of(ride.id, ride.version, ride.state, ride.pin_failures, ride.arrived_at,
                             ride.started_at, ride.completed_at, ride.paid_at, ride.start_sequence,
                             ride.end_sequence, ride.adjustment_bp);
  append(parameters, fare_texts(ride.fare));
  append(parameters, cancellation_texts(ride.cancellation));
  return parameters;
}

Parameters parameters_to_save(const domain::ride::Payment& payment) {
  return texts_of(payment.id, payment.ride_id, payment.method, payment.amount.amount,
                  base::code(payment.amount.currency), payment.state, payment.attempt,
                  payment.requested_at, payment.settled_at, payment.version);
}

}  // namespace services::rides

#pragma once

/// Every statement of rides.

#include "platform/postgres/session.hpp"

namespace services::rides::queries {

using platform::postgres::Query;

// Rides. Columns are named one by one: `*` would change its meaning under a prepared statement
// when a migration adds a column.

inline constexpr Query find_rides{"rides.find_rides", R"(
  SELECT r.ride_id, r.match_id, r.passenger_id, r.driver_id, r.driver_name, r.vehicle_type,
         r.vehicle, r.plate, r.pickup_latitude, r.pickup_longitude, r.pickup_label,
         r.destination_latitude, r.destination_longitude, r.destination_label, r.currency,
         r.tariff_base, r.tariff_per_km, r.tariff_per_minute, r.tariff_minimum, r.platform_fee_bp,
         r.state, r.pin, r.pin_failures, r.matched_at, r.arrived_at, r.started_at, r.completed_at,
         r.paid_at, r.start_sequence, r.end_sequence, r.adjustment_bp, r.fare_metres,
         r.fare_duration_us, r.fare_base, r.fare_distance, r.fare_time, r.fare_minimum_top_up,
         r.fare_adjustment, r.fare_total, r.cancelled_by, r.cancelled_at, r.cancellation_reason,
         r.cancellation_fee, r.version,
         p.payment_id, p.method, p.amount, p.state AS payment_state, p.attempt, p.requested_at,
         p.settled_at, p.version AS payment_version
  FROM rides r LEFT JOIN payments p USING (ride_id)
  WHERE r.ride_id = ANY ($1::uuid[])
  ORDER BY r.ride_id)"};

/// What is locked is then read by find_rides, which begins after the lock was granted: so it sees
/// what the last holder of the lock has committed, of the payment too.
inline constexpr Query lock_ride{"rides.lock_ride", R"(
  SELECT ride_id FROM rides WHERE ride_id = $1 FOR UPDATE)"};

inline constexpr Query remove_given_back{"rides.remove_given_back", R"(
  DELETE FROM rides WHERE ride_id = $1 AND version = $2::bigint - 1 AND cancelled_by = 'driver')"};

inline constexpr Query book_ride{"rides.book_ride", R"(
  INSERT INTO rides (
    ride_id, match_id, passenger_id, driver_id, driver_name, vehicle_type, vehicle, plate,
    pickup_latitude, pickup_longitude, pickup_label,
    destination_latitude, destination_longitude, destination_label,
    currency, tariff_base, tariff_per_km, tariff_per_minute, tariff_minimum, platform_fee_bp,
    state, pin, matched_at, version)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
          $20, $21, $22, $23, $24))"};

inline constexpr Query save_ride{"rides.save_ride", R"(
  UPDATE rides
  SET version = $2, state = $3, pin_failures = $4, arrived_at = $5, started_at = $6,
      completed_at = $7, paid_at = $8, start_sequence = $9, end_sequence = $10, adjustment_bp = $11,
      fare_metres = $12, fare_duration_us = $13, fare_base = $14, fare_distance = $15,
      fare_time = $16, fare_minimum_top_up = $17, fare_adjustment = $18, fare_total = $19,
      cancelled_by = $20, cancelled_at = $21, cancellation_reason = $22, cancellation_fee = $23
  WHERE ride_id = $1 AND version = $2::bigint - 1)"};

inline constexpr Query save_payment{"rides.save_payment", R"(
  INSERT INTO payments (
    payment_id, ride_id, method, amount, currency, state, attempt, requested_at, settled_at,
    version)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
  ON CONFLICT (payment_id) DO UPDATE
  SET method = $3, amount = $4, state = $6, attempt = $7, requested_at = $8, settled_at = $9,
      version = $10
  WHERE payments.version = $10::bigint - 1)"};

// The books.

inline constexpr Query post_transfer{"rides.post_transfer", R"(
  INSERT INTO billing_ledger (
    entry_id, cause, kind, debit_account, credit_account, amount, currency, posted_at)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8))"};

inline constexpr Query balance{"rides.balance", R"(
  SELECT ((SELECT coalesce(sum(amount), 0) FROM billing_ledger
           WHERE credit_account = $1 AND currency = $2)
        - (SELECT coalesce(sum(amount), 0) FROM billing_ledger
           WHERE debit_account = $1 AND currency = $2))::bigint AS balance)"};

// Beside the use cases.

inline constexpr Query find_trip{"rides.find_trip", R"(
  SELECT vehicle_type, currency, tariff_base, tariff_per_km, tariff_per_minute, tariff_minimum,
         started_at
  FROM rides WHERE ride_id = $1 AND started_at IS NOT NULL)"};

inline constexpr Query find_unmetered{"rides.find_unmetered", R"(
  SELECT count(*) AS rides, min(completed_at) AS oldest_at
  FROM rides
  WHERE state = 'completed' AND fare_total IS NULL AND completed_at < $1)"};

// Proving the books, a page at a time.

inline constexpr Query one_snapshot{"rides.one_snapshot", R"(
  SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY)"};

inline constexpr Query ledger_page{"rides.ledger_page", R"(
  SELECT entry_id, cause, kind, debit_account, credit_account, amount, currency
  FROM billing_ledger WHERE entry_id > $1 ORDER BY entry_id LIMIT $2)"};

inline constexpr Query ledger_of_causes{"rides.ledger_of_causes", R"(
  SELECT entry_id, cause, kind, debit_account, credit_account, amount, currency
  FROM billing_ledger WHERE cause = ANY ($1::text[]))"};

inline constexpr Query ride_page{"rides.ride_page", R"(
  SELECT ride_id FROM rides WHERE ride_id > $1 ORDER BY ride_id LIMIT $2)"};

}  // namespace services::rides::queries

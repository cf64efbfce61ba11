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
         r.cancellation_fee, r.version, r.driver_rating, r.driver_ratings, r.attention_since,
         r.attention_reason,
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
    state, pin, matched_at, version, driver_rating, driver_ratings)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19,
          $20, $21, $22, $23, $24, $25, $26))"};

inline constexpr Query refuse_match{"rides.refuse_match", R"(
  INSERT INTO refused_matches (match_id, ride_id, refused_at) VALUES ($1, $2, $3))"};

inline constexpr Query find_refused_match{"rides.find_refused_match", R"(
  SELECT FROM refused_matches WHERE match_id = $1)"};

inline constexpr Query save_ride{"rides.save_ride", R"(
  UPDATE rides
  SET version = $2, state = $3, pin_failures = $4, arrived_at = $5, started_at = $6,
      completed_at = $7, paid_at = $8, start_sequence = $9, end_sequence = $10, adjustment_bp = $11,
      fare_metres = $12, fare_duration_us = $13, fare_base = $14, fare_distance = $15,
      fare_time = $16, fare_minimum_top_up = $17, fare_adjustment = $18, fare_total = $19,
      cancelled_by = $20, cancelled_at = $21, cancellation_reason = $22, cancellation_fee = $23
  WHERE ride_id = $1 AND version = $2::bigint - 1)"};

/// Saves a ride that another driver takes over.
inline constexpr Query hand_over_ride{"rides.hand_over_ride", R"(
  UPDATE rides
  SET version = $2, match_id = $3, driver_id = $4, driver_name = $5, vehicle = $6, plate = $7,
      driver_rating = $8, driver_ratings = $9, matched_at = $10, attention_since = NULL,
      attention_reason = NULL
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

// Looking back. The four searches differ in the index that finds their rides; all else is alike.
// An absent id is the whole range, so that the index is used for either.

inline constexpr Query search_of_passenger{"rides.search_of_passenger", R"(
  SELECT ride_id FROM rides
  WHERE passenger_id = $2
    AND ride_id BETWEEN coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                    AND coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    AND ($3::uuid IS NULL OR driver_id = $3)
    AND ($4::text IS NULL OR state = $4)
    AND (NOT $5 OR (attention_since IS NOT NULL AND fare_total IS NULL
                    AND state <> 'cancelled'))
    AND ($6::timestamptz IS NULL OR matched_at >= $6)
    AND ($7::timestamptz IS NULL OR matched_at < $7)
    AND ride_id < coalesce($8, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  ORDER BY ride_id DESC LIMIT $9)"};

inline constexpr Query search_of_driver{"rides.search_of_driver", R"(
  SELECT ride_id FROM rides
  WHERE driver_id = $3
    AND ride_id BETWEEN coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                    AND coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    AND $2::uuid IS NULL
    AND ($4::text IS NULL OR state = $4)
    AND (NOT $5 OR (attention_since IS NOT NULL AND fare_total IS NULL
                    AND state <> 'cancelled'))
    AND ($6::timestamptz IS NULL OR matched_at >= $6)
    AND ($7::timestamptz IS NULL OR matched_at < $7)
    AND ride_id < coalesce($8, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  ORDER BY ride_id DESC LIMIT $9)"};

inline constexpr Query search_of_attention{"rides.search_of_attention", R"(
  SELECT ride_id FROM rides
  WHERE attention_since IS NOT NULL
    AND ride_id BETWEEN coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                    AND coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    AND $2::uuid IS NULL AND $3::uuid IS NULL
    AND ($4::text IS NULL OR state = $4)
    AND (NOT $5 OR (attention_since IS NOT NULL AND fare_total IS NULL
                    AND state <> 'cancelled'))
    AND ($6::timestamptz IS NULL OR matched_at >= $6)
    AND ($7::timestamptz IS NULL OR matched_at < $7)
    AND ride_id < coalesce($8, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  ORDER BY ride_id DESC LIMIT $9)"};

inline constexpr Query search_of_anybody{"rides.search_of_anybody", R"(
  SELECT ride_id FROM rides
  WHERE $2::uuid IS NULL AND $3::uuid IS NULL
    AND ride_id BETWEEN coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                    AND coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    AND ($4::text IS NULL OR state = $4)
    AND (NOT $5 OR (attention_since IS NOT NULL AND fare_total IS NULL
                    AND state <> 'cancelled'))
    AND ($6::timestamptz IS NULL OR matched_at >= $6)
    AND ($7::timestamptz IS NULL OR matched_at < $7)
    AND ride_id < coalesce($8, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  ORDER BY ride_id DESC LIMIT $9)"};

inline constexpr Query steps_of_ride{"rides.steps_of_ride", R"(
  SELECT at, what, by, note FROM ride_steps WHERE ride_id = $1 ORDER BY step_id)"};

inline constexpr Query add_step{"rides.add_step", R"(
  INSERT INTO ride_steps (ride_id, what, at, by, note) VALUES ($1, $2, $3, $4, $5))"};

inline constexpr Query entries_of_causes{"rides.entries_of_causes", R"(
  SELECT entry_id, cause, kind, debit_account, credit_account, amount, currency, posted_at
  FROM billing_ledger WHERE cause = ANY ($1::text[]) ORDER BY posted_at, entry_id)"};

inline constexpr Query ratings_of_ride{"rides.ratings_of_ride", R"(
  SELECT ride_id, by_side, stars, comment, rated_at FROM ratings WHERE ride_id = $1
  ORDER BY rated_at)"};

inline constexpr Query add_rating{"rides.add_rating", R"(
  INSERT INTO ratings (ride_id, by_side, stars, comment, rated_at) VALUES ($1, $2, $3, $4, $5))"};

// Areas and their prices.

inline constexpr Query areas_around{"rides.areas_around", R"(
  SELECT area_id, points FROM tariff_areas
  WHERE $1::double precision BETWEEN south AND north AND $2::double precision BETWEEN west AND east
    AND valid_from <= $3 AND (retired_at IS NULL OR retired_at > $3)
  ORDER BY priority DESC, area_id DESC)"};

inline constexpr Query tariffs_in_force{"rides.tariffs_in_force", R"(
  SELECT DISTINCT ON (vehicle_type)
         vehicle_type, currency, tariff_base, tariff_per_km, tariff_per_minute, tariff_minimum
  FROM tariffs
  WHERE area_id = $1 AND valid_from <= $2 AND (retired_at IS NULL OR retired_at > $2)
  ORDER BY vehicle_type, valid_from DESC, tariff_id DESC)"};

inline constexpr Query add_area{"rides.add_area", R"(
  INSERT INTO tariff_areas (area_id, name, priority, points, south, west, north, east, valid_from,
                            created_at, created_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))"};

inline constexpr Query add_tariff{"rides.add_tariff", R"(
  INSERT INTO tariffs (tariff_id, area_id, vehicle_type, currency, tariff_base, tariff_per_km,
                       tariff_per_minute, tariff_minimum, valid_from, created_at, created_by)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11))"};

inline constexpr Query retire_area{"rides.retire_area", R"(
  UPDATE tariff_areas SET retired_at = $2, retired_by = $3
  WHERE area_id = $1 AND retired_at IS NULL)"};

inline constexpr Query retire_tariff{"rides.retire_tariff", R"(
  UPDATE tariffs SET retired_at = $2, retired_by = $3
  WHERE tariff_id = $1 AND retired_at IS NULL)"};

inline constexpr Query find_area{"rides.find_area", R"(
  SELECT area_id, name, priority, points, valid_from, created_at, created_by, retired_at, retired_by
  FROM tariff_areas WHERE area_id = $1)"};

inline constexpr Query find_tariff{"rides.find_tariff", R"(
  SELECT tariff_id, area_id, vehicle_type, currency, tariff_base, tariff_per_km, tariff_per_minute,
         tariff_minimum, valid_from, created_at, created_by, retired_at, retired_by
  FROM tariffs WHERE tariff_id = $1)"};

inline constexpr Query list_areas{"rides.list_areas", R"(
  SELECT area_id, name, priority, points, valid_from, created_at, created_by, retired_at, retired_by
  FROM tariff_areas
  WHERE ($1 OR retired_at IS NULL) AND ($2::uuid IS NULL OR area_id < $2)
  ORDER BY area_id DESC LIMIT $3)"};

inline constexpr Query list_tariffs{"rides.list_tariffs", R"(
  SELECT tariff_id, area_id, vehicle_type, currency, tariff_base, tariff_per_km, tariff_per_minute,
         tariff_minimum, valid_from, created_at, created_by, retired_at, retired_by
  FROM tariffs
  WHERE ($1::uuid IS NULL OR area_id = $1) AND ($2::text IS NULL OR vehicle_type = $2)
    AND ($3 OR retired_at IS NULL) AND ($4::uuid IS NULL OR tariff_id < $4)
  ORDER BY tariff_id DESC LIMIT $5)"};

// Rides that need an operator.

inline constexpr Query call_attention{"rides.call_attention", R"(
  UPDATE rides SET attention_since = $2, attention_reason = $3 WHERE ride_id = $1)"};

inline constexpr Query live_rides{"rides.live_rides", R"(
  SELECT r.ride_id, r.driver_id, r.state, r.attention_since,
         greatest(r.matched_at, s.seen_at) AS heard_at
  FROM rides r LEFT JOIN driver_sightings s ON s.ride_id = r.ride_id AND s.driver_id = r.driver_id
  WHERE r.state IN ('matched', 'arrived', 'in_progress') AND r.ride_id > $1
  ORDER BY r.ride_id LIMIT $2)"};

inline constexpr Query note_heard{"rides.note_heard", R"(
  INSERT INTO driver_sightings (ride_id, driver_id, seen_at)
  SELECT h.ride_id, h.driver_id, $3 FROM unnest($1::uuid[], $2::uuid[]) AS h (ride_id, driver_id)
  ORDER BY h.ride_id
  ON CONFLICT (ride_id) DO UPDATE SET driver_id = excluded.driver_id, seen_at = excluded.seen_at)"};

inline constexpr Query calm_down{"rides.calm_down", R"(
  UPDATE rides SET attention_since = NULL, attention_reason = NULL
  WHERE ride_id = ANY ($1::uuid[]) AND attention_reason = 'driver_silent')"};

inline constexpr Query forget_sightings{"rides.forget_sightings", R"(
  DELETE FROM driver_sightings s USING rides r
  WHERE r.ride_id = s.ride_id AND r.state NOT IN ('matched', 'arrived', 'in_progress'))"};

inline constexpr Query unmetered_rides{"rides.unmetered_rides", R"(
  SELECT ride_id FROM rides
  WHERE state = 'completed' AND fare_total IS NULL AND completed_at < $1
    AND attention_reason IS DISTINCT FROM 'fare_not_final'
  ORDER BY completed_at LIMIT $2)"};

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

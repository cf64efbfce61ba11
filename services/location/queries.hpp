#pragma once

/// Every statement of location.

#include "platform/postgres/session.hpp"

namespace services::location::queries {

using platform::postgres::Query;

// Whose passenger sees the driver move.

inline constexpr Query track_ride{"track_ride", R"sql(
  insert into tracked_rides (ride_id, driver_id, passenger_id, shard) values ($1, $2, $3, $4)
  on conflict (ride_id) do update
    set driver_id = excluded.driver_id, passenger_id = excluded.passenger_id,
        shard = excluded.shard)sql"};

inline constexpr Query untrack_ride{"untrack_ride", R"sql(
  delete from tracked_rides where ride_id = $1)sql"};

inline constexpr Query tracked_rides{"tracked_rides", R"sql(
  select ride_id, driver_id, passenger_id from tracked_rides where shard = any ($1::int[]))sql"};

// Trips.

inline constexpr Query open_trip{"open_trip", R"sql(
  insert into trip_meters (
    ride_id, driver_id, passenger_id, shard, state, start_sequence, last_sequence)
  values ($1, $2, $3, $4, 'open', $5, $5)
  on conflict (ride_id) do nothing)sql"};

inline constexpr Query end_trip{"end_trip", R"sql(
  update trip_meters
  set state = 'ending', end_sequence = $2, completed_at = $3, version = version + 1
  where ride_id = $1 and state = 'open')sql"};

inline constexpr Query close_trip{"close_trip", R"sql(
  update trip_meters set state = 'closed', closed_at = $2, version = version + 1
  where ride_id = $1 and state <> 'closed')sql"};

inline constexpr Query read_meter{"read_meter", R"sql(
  select metres, last_sequence from trip_meters where ride_id = $1)sql"};

inline constexpr Query open_trips{"open_trips", R"sql(
  select ride_id, driver_id, passenger_id, session_id, start_sequence, end_sequence, completed_at,
         last_sequence, last_latitude, last_longitude, last_at, last_accuracy_m,
         anchor_latitude, anchor_longitude, anchor_at, anchor_accuracy_m, metres, flagged, version
  from trip_meters where shard = any ($1::int[]) and state <> 'closed'
  order by ride_id)sql"};

inline constexpr Query save_trips{"save_trips", R"sql(
  update trip_meters as trip set
    session_id = read.session_id, last_sequence = read.last_sequence,
    last_latitude = read.last_latitude, last_longitude = read.last_longitude,
    last_at = read.last_at, last_accuracy_m = read.last_accuracy_m,
    anchor_latitude = read.anchor_latitude, anchor_longitude = read.anchor_longitude,
    anchor_at = read.anchor_at, anchor_accuracy_m = read.anchor_accuracy_m,
    metres = read.metres, flagged = read.flagged, version = trip.version + 1,
    state = case when read.closed then 'closed' else trip.state end,
    closed_at = case when read.closed then $2::timestamptz end
  from json_to_recordset($1::json) as read (
    ride_id uuid, version bigint, closed boolean, session_id uuid, last_sequence bigint,
    last_latitude float8, last_longitude float8, last_at timestamptz, last_accuracy_m float8,
    anchor_latitude float8, anchor_longitude float8, anchor_at timestamptz,
    anchor_accuracy_m float8, metres float8, flagged int)
  where trip.ride_id = read.ride_id and trip.version = read.version
  returning trip.ride_id)sql"};

inline constexpr Query delete_closed_trips{"delete_closed_trips", R"sql(
  delete from trip_meters where ride_id in (
    select ride_id from trip_meters where state = 'closed' and closed_at < $1 limit $2))sql"};

// History.

/// A lost second of history is no loss to anybody, and the disk is spared one flush per batch.
inline constexpr Query commit_soon{"commit_soon", "set local synchronous_commit = off"};

inline constexpr auto copy_locations =
    "locations (user_id, session_id, sequence, latitude, longitude, at, accuracy_m, speed_mps, "
    "heading, received_at)";

inline constexpr Query create_partitions{"create_partitions", R"sql(
  select create_locations_partition(($1::timestamptz at time zone 'UTC')::date + ahead)
  from generate_series(0, $2::int) as ahead)sql"};

inline constexpr Query drop_partitions{"drop_partitions", R"sql(
  select drop_locations_partitions_before(
    ($1::timestamptz at time zone 'UTC')::date - $2::int))sql"};

}  // namespace services::location::queries

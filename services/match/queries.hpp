#pragma once

/// Every statement of match. Those that lock answer with ids only; what is locked is then read by
/// the statement that reads it always. That one begins after the lock was granted, so it sees what
/// the last holder of the lock has committed.

#include "platform/postgres/session.hpp"

namespace services::match::queries {

using platform::postgres::Query;

// Requests.

inline constexpr Query read_requests{"read_requests", R"sql(
  select r.request_id, r.passenger_id, r.vehicle_type, r.pickup_latitude, r.pickup_longitude,
         r.pickup_label, r.destination_latitude, r.destination_longitude, r.destination_label,
         r.state, r.driver_id, r.created_at, r.searching_since, r.expires_at, r.unfulfilled_reason,
         r.version,
         d.name, d.vehicle, d.plate, d.stars, d.ratings
  from match_requests r left join driver_slots d using (driver_id)
  where r.request_id = any ($1::uuid[])
  order by r.searching_since, r.request_id)sql"};

inline constexpr Query lock_request{"lock_request", R"sql(
  select request_id from match_requests where request_id = $1 for update)sql"};

inline constexpr Query insert_request{"insert_request", R"sql(
  insert into match_requests (
    request_id, passenger_id, vehicle_type, pickup_latitude, pickup_longitude, pickup_label,
    destination_latitude, destination_longitude, destination_label, cell, state, created_at,
    searching_since, expires_at, version)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
  on conflict (passenger_id) where state in ('waiting', 'matched') do nothing)sql"};

inline constexpr Query save_request{"save_request", R"sql(
  update match_requests
  set state = $2, driver_id = $3, searching_since = $4, expires_at = $5, version = $6,
      unfulfilled_reason = $8,
      ended_at = case when $2 in ('cancelled', 'unfulfilled', 'closed') then $7::timestamptz end
  where request_id = $1 and version = $6::bigint - 1)sql"};

inline constexpr Query waiting_requests_of{"waiting_requests_of", R"sql(
  select request_id from match_requests where passenger_id = $1 and state = 'waiting')sql"};

// Proposals.

inline constexpr Query read_proposal{"read_proposal", R"sql(
  select match_id, request_id, driver_id, state, pickup_metres, proposed_at, expires_at, answered_at
  from matches where match_id = $1)sql"};

inline constexpr Query open_proposals{"open_proposals", R"sql(
  select match_id, request_id, driver_id, state, pickup_metres, proposed_at, expires_at, answered_at
  from matches where request_id = $1 and state = 'proposed'
  order by driver_id)sql"};

inline constexpr Query insert_proposals{"insert_proposals", R"sql(
  insert into matches (
    match_id, request_id, searching_since, driver_id, state, pickup_metres, proposed_at, expires_at)
  select p.match_id, p.request_id, r.searching_since, p.driver_id, 'proposed', p.pickup_metres,
         p.proposed_at, p.expires_at
  from unnest($1::uuid[], $2::uuid[], $3::uuid[], $4::double precision[], $5::timestamptz[],
              $6::timestamptz[])
         as p (match_id, request_id, driver_id, pickup_metres, proposed_at, expires_at)
  join match_requests r using (request_id))sql"};

inline constexpr Query save_proposals{"save_proposals", R"sql(
  update matches set state = p.state, answered_at = p.answered_at
  from unnest($1::uuid[], $2::text[], $3::timestamptz[]) as p (match_id, state, answered_at)
  where matches.match_id = p.match_id)sql"};

inline constexpr Query undo_acceptance{"undo_acceptance", R"sql(
  update matches set undone_at = $2
  where request_id = $1 and state = 'accepted' and undone_at is null)sql"};

// Drivers.

inline constexpr Query read_drivers{"read_drivers", R"sql(
  select driver_id, status, vehicle_type, name, vehicle, plate, beacon_on, held_by, held_as,
         idle_since, stars, ratings
  from driver_slots where driver_id = any ($1::uuid[]))sql"};

inline constexpr Query lock_holder{"lock_holder", R"sql(
  select r.request_id from driver_slots d join match_requests r on r.request_id = d.held_by
  where d.driver_id = $1 for update of r)sql"};

inline constexpr Query lock_slot{"lock_slot", R"sql(
  select driver_id from driver_slots where driver_id = $1 for update)sql"};

inline constexpr Query save_driver{"save_driver", R"sql(
  insert into driver_slots (
    driver_id, status, vehicle_type, name, vehicle, plate, idle_since, changed_at)
  values ($1, $2, $3, $4, $5, $6, $7, $7)
  on conflict (driver_id) do update
  set status = $2, vehicle_type = $3, name = $4, vehicle = $5, plate = $6, changed_at = $7)sql"};

inline constexpr Query set_beacon{"set_beacon", R"sql(
  update driver_slots
  set beacon_on = $2, beacon_changed_at = $3, changed_at = $3,
      idle_since = case when $2 and held_by is null then $3 else idle_since end
  where driver_id = $1)sql"};

inline constexpr Query hold_slots{"hold_slots", R"sql(
  update driver_slots d set held_by = h.request_id, held_as = $3, changed_at = $4
  from unnest($1::uuid[], $2::uuid[]) as h (driver_id, request_id)
  where d.driver_id = h.driver_id)sql"};

inline constexpr Query release_slots{"release_slots", R"sql(
  update driver_slots set held_by = null, held_as = null, idle_since = $3, changed_at = $3
  where held_by = $1 and driver_id = any ($2::uuid[]))sql"};

inline constexpr Query release_all_slots{"release_all_slots", R"sql(
  update driver_slots set held_by = null, held_as = null, idle_since = $2, changed_at = $2
  where held_by = $1)sql"};

inline constexpr Query add_stars{"add_stars", R"sql(
  update driver_slots set stars = stars + $2, ratings = ratings + 1 where driver_id = $1)sql"};

// Giving a ride to another driver.

inline constexpr Query accepted_match{"accepted_match", R"sql(
  select match_id from matches
  where request_id = $1 and state = 'accepted' and undone_at is null)sql"};

inline constexpr Query insert_reassignment{"insert_reassignment", R"sql(
  insert into reassignments (match_id, request_id, driver_id, asked_at, asked_by, reason)
  values ($1, $2, $3, $4, $5, $6))sql"};

inline constexpr Query open_reassignment{"open_reassignment", R"sql(
  select match_id, driver_id from reassignments
  where request_id = $1 and settled_at is null)sql"};

inline constexpr Query settle_reassignment{"settle_reassignment", R"sql(
  update reassignments set settled_at = $2, took_place = $3
  where match_id = $1 and settled_at is null)sql"};

/// The driver did not ask himself: he has accepted when the ride was his.
inline constexpr Query insert_handed_over{"insert_handed_over", R"sql(
  insert into matches (match_id, request_id, searching_since, driver_id, state, pickup_metres,
                       proposed_at, expires_at, answered_at)
  select a.match_id, a.request_id, r.searching_since, a.driver_id, 'accepted', 0, a.asked_at, $2, $2
  from reassignments a join match_requests r using (request_id)
  where a.match_id = $1)sql"};

// Looking back. The searches differ in the index that finds their requests. An absent id is the
// whole range, so that the index is used for either.

inline constexpr Query requests_of_passenger{"requests_of_passenger", R"sql(
  select request_id from match_requests
  where passenger_id = $2 and ($3::uuid is null or driver_id = $3)
    and request_id between coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                       and coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    and ($4::text is null or state = $4)
    and ($5::timestamptz is null or created_at >= $5)
    and ($6::timestamptz is null or created_at < $6)
    and request_id < coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  order by request_id desc limit $8)sql"};

inline constexpr Query requests_of_driver{"requests_of_driver", R"sql(
  select request_id from match_requests
  where driver_id = $3 and $2::uuid is null
    and request_id between coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                       and coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    and ($4::text is null or state = $4)
    and ($5::timestamptz is null or created_at >= $5)
    and ($6::timestamptz is null or created_at < $6)
    and request_id < coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  order by request_id desc limit $8)sql"};

inline constexpr Query requests_of_anybody{"requests_of_anybody", R"sql(
  select request_id from match_requests
  where $2::uuid is null and $3::uuid is null
    and request_id between coalesce($1, '00000000-0000-0000-0000-000000000000'::uuid)
                       and coalesce($1, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
    and ($4::text is null or state = $4)
    and ($5::timestamptz is null or created_at >= $5)
    and ($6::timestamptz is null or created_at < $6)
    and request_id < coalesce($7, 'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid)
  order by request_id desc limit $8)sql"};

inline constexpr Query proposals_of_request{"proposals_of_request", R"sql(
  select match_id, driver_id, state, pickup_metres, proposed_at, expires_at, answered_at, undone_at
  from matches where request_id = $1 order by proposed_at, match_id)sql"};

inline constexpr Query end_of_request{"end_of_request", R"sql(
  select ended_at from match_requests where request_id = $1 and ended_at is not null)sql"};

inline constexpr Query reassignments_of_request{"reassignments_of_request", R"sql(
  select driver_id, asked_at, asked_by, reason from reassignments where request_id = $1)sql"};

inline constexpr Query actions_of_request{"actions_of_request", R"sql(
  select what, by, reason, at from staff_actions where request_id = $1)sql"};

inline constexpr Query add_action{"add_action", R"sql(
  insert into staff_actions (request_id, what, by, reason, at) values ($1, $2, $3, $4, $5))sql"};

// Dispatch. A zone is ($1: its cells, $2: whether it is everything else but these).

inline constexpr Query waiting{"waiting", R"sql(
  select r.request_id, p.open_proposals
  from match_requests r,
       lateral (select count(*) as open_proposals from matches m
                where m.request_id = r.request_id and m.state = 'proposed') p
  where r.state = 'waiting' and (r.cell = any ($1::text[])) <> $2 and r.expires_at > $3
    and (r.searching_since, r.request_id) > ($4, $5) and p.open_proposals < $6
  order by r.searching_since, r.request_id
  limit $7)sql"};

inline constexpr Query asked{"asked", R"sql(
  select m.request_id, m.driver_id
  from matches m join match_requests r using (request_id)
  where m.request_id = any ($1::uuid[])
    and (m.searching_since = r.searching_since or m.undone_at is not null))sql"};

inline constexpr Query free_among{"free_among", R"sql(
  select driver_id from driver_slots
  where driver_id = any ($1::uuid[])
    and status = 'approved' and beacon_on and held_by is null)sql"};

inline constexpr Query lock_waiting{"lock_waiting", R"sql(
  select request_id from match_requests
  where request_id = any ($1::uuid[]) and state = 'waiting'
  order by request_id for update skip locked)sql"};

inline constexpr Query lock_free{"lock_free", R"sql(
  select driver_id from driver_slots
  where driver_id = any ($1::uuid[])
    and status = 'approved' and beacon_on and held_by is null
  order by driver_id for update skip locked)sql"};

inline constexpr Query lock_unanswered{"lock_unanswered", R"sql(
  select r.request_id from match_requests r
  where (r.cell = any ($1::text[])) <> $2
    and r.request_id in (select request_id from matches
                         where state = 'proposed' and expires_at <= $3)
  order by r.request_id limit $4 for update skip locked)sql"};

inline constexpr Query lock_impatient{"lock_impatient", R"sql(
  select request_id from match_requests
  where state = 'waiting' and (cell = any ($1::text[])) <> $2 and expires_at <= $3
  order by request_id limit $4 for update skip locked)sql"};

// The copies in Redis.

inline constexpr Query changed_drivers{"changed_drivers", R"sql(
  select driver_id, changed_at,
         status = 'approved' and beacon_on and held_by is null as free
  from driver_slots
  where (changed_at, driver_id) > ($1, $2)
  order by changed_at, driver_id limit $3)sql"};

inline constexpr Query waiting_ids{"waiting_ids", R"sql(
  select request_id from match_requests
  where state = 'waiting' and (cell = any ($1::text[])) <> $2
  order by searching_since, request_id limit $3)sql"};

inline constexpr Query open_proposal_ids{"open_proposal_ids", R"sql(
  select match_id, expires_at from matches where state = 'proposed'
  order by expires_at limit $1)sql"};

}  // namespace services::match::queries

#pragma once

/// Every statement of the chaos run. Its role may read all schemas.

#include "platform/postgres/session.hpp"

namespace sim::chaos::queries {

using platform::postgres::Query;

inline constexpr Query requests{"chaos.requests", R"(
  SELECT request_id, passenger_id, state FROM match.match_requests)"};

inline constexpr Query proposals{"chaos.proposals", R"(
  SELECT match_id, state FROM match.matches)"};

inline constexpr Query rides{"chaos.rides", R"(
  SELECT ride_id, passenger_id, driver_id, state, arrived_at IS NOT NULL AS arrived,
         started_at IS NOT NULL AS started, completed_at IS NOT NULL AS completed
  FROM rides.rides)"};

/// Of which rides has not heard yet.
inline constexpr Query acceptances_on_their_way{"chaos.acceptances_on_their_way", R"(
  SELECT key AS request_id FROM match.outbox told
  LEFT JOIN rides.consumer_positions heard
    ON heard.consumer = 'rides' AND heard.producer = 'match' AND heard.shard = told.shard
  WHERE type = 'match.accepted' AND (told.position > heard.position) IS NOT FALSE
  UNION
  SELECT key FROM rides.parked_events WHERE type = 'match.accepted')"};

inline constexpr Query drivers{"chaos.drivers", R"(
  SELECT driver_id FROM users.drivers)"};

inline constexpr Query illegal_states{"chaos.illegal_states", R"(
  SELECT 'request ' || request_id || ' has ' || count(*) || ' accepted drivers' AS sentence
  FROM match.matches WHERE state = 'accepted' AND undone_at IS NULL
  GROUP BY request_id HAVING count(*) > 1
  UNION ALL
  SELECT 'driver ' || a.driver_id || ' was on ' || a.ride_id || ' and ' || b.ride_id || ' at a time'
  FROM rides.rides a JOIN rides.rides b USING (driver_id)
  WHERE a.matched_at < b.matched_at
    AND coalesce(a.completed_at, a.cancelled_at, 'infinity') > b.matched_at
  UNION ALL
  SELECT 'the life of ride ' || ride_id || ' runs backwards' FROM rides.rides
  WHERE arrived_at < matched_at OR started_at < arrived_at OR completed_at < started_at
     OR paid_at < completed_at OR cancelled_at < matched_at
  UNION ALL
  SELECT 'ride ' || ride_id || ' is paid without a settled payment' FROM rides.rides
  LEFT JOIN rides.payments p USING (ride_id)
  WHERE rides.state = 'paid' AND p.state IS DISTINCT FROM 'settled'
  UNION ALL
  SELECT 'ride ' || ride_id || ' has ' || count(entry_id) || ' charges' FROM rides.rides
  LEFT JOIN rides.billing_ledger l ON l.cause = 'ride:' || ride_id AND l.kind = 'fare'
  WHERE fare_total > 0 GROUP BY ride_id HAVING count(entry_id) <> 1)"};

inline constexpr Query unfinished_business{"chaos.unfinished_business", R"(
  SELECT 'request ' || request_id || ' is ' || state AS sentence FROM match.match_requests
  WHERE state IN ('waiting', 'matched')
  UNION ALL
  SELECT 'ride ' || ride_id || ' is ' || state FROM rides.rides
  WHERE state NOT IN ('paid', 'cancelled')
  UNION ALL
  SELECT 'driver ' || driver_id || ' is held by ' || held_by FROM match.driver_slots
  WHERE held_by IS NOT NULL
  UNION ALL
  SELECT schema || ' has ' || count || ' events ' || what
  FROM (
    SELECT 'users' AS schema, 'to tell' AS what, count(*) FROM users.outbox WHERE position IS NULL
    UNION ALL SELECT 'match', 'to tell', count(*) FROM match.outbox WHERE position IS NULL
    UNION ALL SELECT 'rides', 'to tell', count(*) FROM rides.outbox WHERE position IS NULL
    UNION ALL SELECT 'location', 'to tell', count(*) FROM location.outbox WHERE position IS NULL
    UNION ALL SELECT 'users', 'parked', count(*) FROM users.parked_events
    UNION ALL SELECT 'match', 'parked', count(*) FROM match.parked_events
    UNION ALL SELECT 'rides', 'parked', count(*) FROM rides.parked_events
    UNION ALL SELECT 'location', 'parked', count(*) FROM location.parked_events
    UNION ALL SELECT 'users', 'dead', count(*) FROM users.dead_letters
    UNION ALL SELECT 'match', 'dead', count(*) FROM match.dead_letters
    UNION ALL SELECT 'rides', 'dead', count(*) FROM rides.dead_letters
    UNION ALL SELECT 'location', 'dead', count(*) FROM location.dead_letters) AS events
  WHERE count > 0
  UNION ALL
  SELECT consumer || ' has applied ' || applied.position || ' of ' || told.position ||
         ' events of ' || producer || ', shard ' || shard
  FROM (
    SELECT 'users' AS producer, shard, position FROM users.outbox_heads
    UNION ALL SELECT 'match', shard, position FROM match.outbox_heads
    UNION ALL SELECT 'rides', shard, position FROM rides.outbox_heads
    UNION ALL SELECT 'location', shard, position FROM location.outbox_heads) AS told
  JOIN (
    SELECT consumer, producer, shard, position FROM users.consumer_positions
    UNION ALL SELECT consumer, producer, shard, position FROM match.consumer_positions
    UNION ALL SELECT consumer, producer, shard, position FROM rides.consumer_positions
    UNION ALL SELECT consumer, producer, shard, position FROM location.consumer_positions)
    AS applied USING (producer, shard)
  WHERE applied.position < told.position)"};

}  // namespace sim::chaos::queries

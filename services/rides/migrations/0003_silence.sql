-- Rides that an operator should look at, and when the drivers of live rides were last heard of.
ALTER TABLE rides
  ADD COLUMN attention_since  timestamptz,
  ADD COLUMN attention_reason text CHECK (attention_reason IN ('driver_silent', 'fare_not_final')),
  ADD CONSTRAINT attention_has_a_reason CHECK ((attention_since IS NULL) = (attention_reason IS NULL));

CREATE INDEX rides_needing_attention ON rides (ride_id DESC) WHERE attention_since IS NOT NULL;
CREATE INDEX live_rides ON rides (ride_id) WHERE state IN ('matched', 'arrived', 'in_progress');

-- Beside the rides: these rows change every minute, and nobody waits for their locks.
CREATE TABLE driver_sightings (
  ride_id   uuid PRIMARY KEY,
  driver_id uuid NOT NULL,  -- a ride that changes its driver begins anew
  seen_at   timestamptz NOT NULL
);

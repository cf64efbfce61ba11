-- What people look back at, what they thought of each other, and what operators need to see.
CREATE INDEX rides_of_passenger ON rides (passenger_id, ride_id DESC);
CREATE INDEX rides_of_driver ON rides (driver_id, ride_id DESC);

-- The driver's stars when the ride was booked, as match told them.
ALTER TABLE rides
  ADD COLUMN driver_rating  double precision,
  ADD COLUMN driver_ratings bigint;

CREATE TABLE ratings (
  ride_id  uuid NOT NULL REFERENCES rides,
  by_side  text NOT NULL CHECK (by_side IN ('passenger', 'driver')),
  stars    integer NOT NULL CHECK (stars BETWEEN 1 AND 5),
  comment  text NOT NULL,
  rated_at timestamptz NOT NULL,
  PRIMARY KEY (ride_id, by_side)  -- each side once
);

-- Every step of a ride, when and by whom: what the row of the ride can't tell once it has moved on.
CREATE TABLE ride_steps (
  step_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  ride_id uuid NOT NULL,  -- a ride that was given back keeps its steps
  what    text NOT NULL,
  at      timestamptz NOT NULL,
  by      text NOT NULL,  -- 'driver:0190...', 'staff:night shift', 'system'
  note    text
);
CREATE INDEX steps_of_ride ON ride_steps (ride_id, step_id);

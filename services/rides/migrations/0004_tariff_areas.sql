-- Prices by area. Rows are never changed but to be retired, so what held at any time can be told.
CREATE TABLE tariff_areas (
  area_id    uuid PRIMARY KEY,
  name       text NOT NULL,
  priority   integer NOT NULL,  -- where areas overlap, the highest counts, then the newest
  points     jsonb NOT NULL,    -- [{"latitude": -6.1, "longitude": 106.8}, ...]
  south      double precision NOT NULL,  -- the box around the points, for a first look
  west       double precision NOT NULL,
  north      double precision NOT NULL,
  east       double precision NOT NULL,
  valid_from timestamptz NOT NULL,
  created_at timestamptz NOT NULL,
  created_by text NOT NULL,
  retired_at timestamptz,
  retired_by text,
  CONSTRAINT not_before_it_was_made CHECK (valid_from >= created_at),
  CONSTRAINT retired_by_somebody CHECK ((retired_at IS NULL) = (retired_by IS NULL))
);

CREATE TABLE tariffs (
  tariff_id         uuid PRIMARY KEY,
  area_id           uuid NOT NULL REFERENCES tariff_areas,
  vehicle_type      text NOT NULL,
  currency          text NOT NULL,
  tariff_base       bigint NOT NULL CHECK (tariff_base >= 0),
  tariff_per_km     bigint NOT NULL CHECK (tariff_per_km >= 0),
  tariff_per_minute bigint NOT NULL CHECK (tariff_per_minute >= 0),
  tariff_minimum    bigint NOT NULL CHECK (tariff_minimum >= 0),
  valid_from        timestamptz NOT NULL,
  created_at        timestamptz NOT NULL,
  created_by        text NOT NULL,
  retired_at        timestamptz,
  retired_by        text,
  CONSTRAINT not_before_it_was_made CHECK (valid_from >= created_at),
  CONSTRAINT retired_by_somebody CHECK ((retired_at IS NULL) = (retired_by IS NULL))
);
CREATE INDEX tariffs_of_area ON tariffs (area_id, vehicle_type, valid_from DESC);

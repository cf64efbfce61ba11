-- Matches of which no ride came, since nobody had a price for it.
CREATE TABLE refused_matches (
  match_id   uuid PRIMARY KEY,
  ride_id    uuid NOT NULL,
  refused_at timestamptz NOT NULL
);

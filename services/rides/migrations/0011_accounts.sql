-- An account's money is told to its owner.
CREATE INDEX top_ups_of_passenger ON top_ups (passenger_id, top_up_id);
CREATE INDEX orders_of_user ON provider_orders (user_id, key);

-- What people gave up when they deleted their accounts.
CREATE TABLE closings (
  user_id   uuid PRIMARY KEY,
  wallet    bigint NOT NULL CHECK (wallet >= 0),
  earnings  bigint NOT NULL CHECK (earnings >= 0),
  currency  text NOT NULL,
  closed_at timestamptz NOT NULL
);

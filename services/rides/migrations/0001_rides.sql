-- Rides, from the accepted match to the paid fare. The row of a ride is locked before anything about it, its payment or
-- its rows in the ledger is changed. Amounts are in the smallest unit of the currency.
CREATE TABLE rides (
  ride_id               uuid PRIMARY KEY,  -- the request's: one ride per request
  match_id              uuid NOT NULL,
  passenger_id          uuid NOT NULL,
  driver_id             uuid NOT NULL,
  driver_name           text NOT NULL,
  vehicle_type          text NOT NULL,
  vehicle               text NOT NULL,
  plate                 text NOT NULL,
  pickup_latitude       double precision NOT NULL,
  pickup_longitude      double precision NOT NULL,
  pickup_label          text,
  destination_latitude  double precision NOT NULL,
  destination_longitude double precision NOT NULL,
  destination_label     text,

  -- Prices as booked.
  currency              text NOT NULL,
  tariff_base           bigint NOT NULL,
  tariff_per_km         bigint NOT NULL,
  tariff_per_minute     bigint NOT NULL,
  tariff_minimum        bigint NOT NULL,
  platform_fee_bp       integer NOT NULL CHECK (platform_fee_bp BETWEEN 0 AND 10000),

  state                 text NOT NULL
    CHECK (state IN ('matched', 'arrived', 'in_progress', 'completed', 'paid', 'cancelled')),
  pin                   text NOT NULL CHECK (pin ~ '^[0-9]{4}$'),
  pin_failures          integer NOT NULL DEFAULT 0,
  matched_at            timestamptz NOT NULL,
  arrived_at            timestamptz,
  started_at            timestamptz,
  completed_at          timestamptz,
  paid_at               timestamptz,
  start_sequence        bigint,
  end_sequence          bigint,
  adjustment_bp         integer NOT NULL DEFAULT 10000 CHECK (adjustment_bp BETWEEN 1 AND 10000),

  -- Once it is final.
  fare_metres           double precision,
  fare_duration_us      bigint,
  fare_base             bigint,
  fare_distance         bigint,
  fare_time             bigint,
  fare_minimum_top_up   bigint,
  fare_adjustment       bigint,
  fare_total            bigint,

  cancelled_by          text,
  cancelled_at          timestamptz,
  cancellation_reason   text,
  cancellation_fee      bigint,

  version               bigint NOT NULL,

  CONSTRAINT nobody_drives_themselves CHECK (passenger_id <> driver_id),
  CONSTRAINT started_from_start_on CHECK (
    num_nulls(started_at, start_sequence) =
    CASE WHEN state IN ('in_progress', 'completed', 'paid') THEN 0 ELSE 2 END),
  CONSTRAINT completed_from_end_on CHECK (
    num_nulls(completed_at, end_sequence) = CASE WHEN state IN ('completed', 'paid') THEN 0 ELSE 2 END),
  CONSTRAINT end_after_start CHECK (end_sequence >= start_sequence),
  CONSTRAINT fare_is_whole_or_absent CHECK (
    num_nulls(fare_metres, fare_duration_us, fare_base, fare_distance, fare_time, fare_minimum_top_up, fare_adjustment,
              fare_total) IN (0, 8)),
  CONSTRAINT fare_adds_up CHECK (
    fare_total = fare_base + fare_distance + fare_time + fare_minimum_top_up + fare_adjustment AND fare_total >= 0),
  CONSTRAINT fare_after_end CHECK (fare_total IS NULL OR state IN ('completed', 'paid')),
  CONSTRAINT paid_with_fare CHECK (state <> 'paid' OR fare_total IS NOT NULL),
  CONSTRAINT paid_when_paid CHECK ((paid_at IS NOT NULL) = (state = 'paid')),
  CONSTRAINT cancelled_when_cancelled CHECK (
    num_nulls(cancelled_by, cancelled_at, cancellation_reason, cancellation_fee) =
    CASE WHEN state = 'cancelled' THEN 0 ELSE 4 END)
);

-- Until the trip has ended. An unpaid fare keeps nobody from the next ride.
CREATE UNIQUE INDEX one_live_ride_per_driver
  ON rides (driver_id) WHERE state IN ('matched', 'arrived', 'in_progress');
CREATE UNIQUE INDEX one_live_ride_per_passenger
  ON rides (passenger_id) WHERE state IN ('matched', 'arrived', 'in_progress');
CREATE INDEX rides_without_final_fare
  ON rides (completed_at) WHERE state = 'completed' AND fare_total IS NULL;

CREATE TABLE payments (
  payment_id   uuid PRIMARY KEY,
  ride_id      uuid NOT NULL REFERENCES rides,
  method       text NOT NULL,
  amount       bigint NOT NULL CHECK (amount >= 0),
  currency     text NOT NULL,
  state        text NOT NULL CHECK (state IN ('pending', 'settled', 'failed')),
  attempt      integer NOT NULL CHECK (attempt >= 1),
  requested_at timestamptz NOT NULL,
  settled_at   timestamptz,
  version      bigint NOT NULL,
  CONSTRAINT settled_when_settled CHECK ((settled_at IS NOT NULL) = (state = 'settled'))
);

-- A failed payment is tried again in its row, so there is never more than one in flight.
CREATE UNIQUE INDEX one_payment_per_ride ON payments (ride_id);

-- The books. Each row moves an amount from one account to another, so they balance by construction; a balance is a sum.
CREATE TABLE billing_ledger (
  entry_id       uuid PRIMARY KEY,
  cause          text NOT NULL,  -- 'ride:0190...'
  kind           text NOT NULL,
  debit_account  text NOT NULL,  -- pays: 'passenger:0190...'
  credit_account text NOT NULL,  -- receives: 'driver:0190...', 'platform:fees'
  amount         bigint NOT NULL,
  currency       text NOT NULL,
  posted_at      timestamptz NOT NULL,
  CONSTRAINT amount_above_zero CHECK (amount > 0),
  CONSTRAINT between_two_accounts CHECK (debit_account <> credit_account),
  CONSTRAINT once_per_cause_and_kind UNIQUE (cause, kind)
);

CREATE INDEX ledger_debits ON billing_ledger (debit_account, currency) INCLUDE (amount);
CREATE INDEX ledger_credits ON billing_ledger (credit_account, currency) INCLUDE (amount);

-- Rows are never changed. The service's role owns this schema and could grant itself what is revoked here, hence also
-- the trigger, which refuses whoever asks.
REVOKE UPDATE, DELETE, TRUNCATE ON billing_ledger FROM CURRENT_USER;

CREATE FUNCTION refuse_to_rewrite_the_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of billing_ledger are never changed: % refused', TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON billing_ledger
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_the_books();

-- Money that comes and goes through the payment provider, wallets, refunds, payouts, and seals on the books.

-- Orders to the provider. A row is committed before the provider hears of it; its key is the provider's idempotency key.
CREATE TABLE provider_orders (
  key          text PRIMARY KEY,  -- 'payment-0190...-2': what it is about, and which attempt
  kind         text NOT NULL CHECK (kind IN ('charge', 'refund', 'payout')),
  user_id      uuid NOT NULL,
  amount       bigint NOT NULL CHECK (amount > 0),
  currency     text NOT NULL,
  charge_key   text NOT NULL DEFAULT '',  -- of a refund: what is given back
  state        text NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'settled', 'failed')),
  reason       text NOT NULL DEFAULT '',  -- why it failed, in the provider's words
  calls        integer NOT NULL DEFAULT 0,
  next_call_at timestamptz NOT NULL,  -- moved ahead by whoever takes the order up: nobody else does until then
  created_at   timestamptz NOT NULL,
  decided_at   timestamptz,
  CONSTRAINT refunds_name_their_charge CHECK ((kind = 'refund') = (charge_key <> '')),
  CONSTRAINT decided_when_decided CHECK ((decided_at IS NOT NULL) = (state <> 'pending'))
);
CREATE INDEX provider_orders_due ON provider_orders (next_call_at) WHERE state = 'pending';

CREATE TABLE top_ups (
  top_up_id    uuid PRIMARY KEY,
  passenger_id uuid NOT NULL,
  amount       bigint NOT NULL CHECK (amount > 0),
  currency     text NOT NULL,
  state        text NOT NULL CHECK (state IN ('pending', 'settled', 'failed')),
  requested_at timestamptz NOT NULL,
  decided_at   timestamptz,
  CONSTRAINT decided_when_decided CHECK ((decided_at IS NOT NULL) = (state <> 'pending'))
);

-- What was given back of payments. The ride's row is locked meanwhile.
CREATE TABLE refunds (
  refund_id  uuid PRIMARY KEY,
  payment_id uuid NOT NULL REFERENCES payments,
  attempt    integer NOT NULL,
  kind       text NOT NULL CHECK (kind IN ('by_staff', 'stray')),
  amount     bigint NOT NULL CHECK (amount > 0),
  currency   text NOT NULL,
  sent_to    text NOT NULL CHECK (sent_to IN ('wallet', 'card', 'wallet_instead')),
  borne_by   text NOT NULL CHECK (borne_by IN ('platform', 'driver')),
  state      text NOT NULL CHECK (state IN ('pending', 'settled')),
  reason     text NOT NULL,
  staff      text NOT NULL,
  created_at timestamptz NOT NULL,
  settled_at timestamptz,
  CONSTRAINT settled_when_settled CHECK ((settled_at IS NOT NULL) = (state = 'settled')),
  CONSTRAINT only_cards_take_time CHECK (state = 'settled' OR sent_to = 'card')
);
CREATE INDEX refunds_of_payment ON refunds (payment_id);
CREATE UNIQUE INDEX a_stray_goes_back_once ON refunds (payment_id, attempt) WHERE kind = 'stray';

-- All drivers who have earned enough are paid out one by one; the account is as far as the run has come.
CREATE TABLE payout_runs (
  run_id      uuid PRIMARY KEY,
  started_by  text NOT NULL,
  started_at  timestamptz NOT NULL,
  finished_at timestamptz,
  account     text NOT NULL DEFAULT '',
  payouts     bigint NOT NULL DEFAULT 0,
  total       bigint NOT NULL DEFAULT 0
);
CREATE UNIQUE INDEX one_payout_run_at_a_time ON payout_runs ((true)) WHERE finished_at IS NULL;
CREATE INDEX payout_runs_by_start ON payout_runs (started_at);

CREATE TABLE payouts (
  payout_id    uuid PRIMARY KEY,
  driver_id    uuid NOT NULL,
  amount       bigint NOT NULL CHECK (amount > 0),
  currency     text NOT NULL,
  state        text NOT NULL CHECK (state IN ('pending', 'settled', 'failed')),
  run_id       uuid REFERENCES payout_runs,
  requested_at timestamptz NOT NULL,
  decided_at   timestamptz,
  CONSTRAINT decided_when_decided CHECK ((decided_at IS NOT NULL) = (state <> 'pending'))
);
CREATE INDEX payouts_of_driver ON payouts (driver_id, payout_id);

-- Cash that drivers handed in.
CREATE TABLE settlements (
  settlement_id uuid PRIMARY KEY,
  driver_id     uuid NOT NULL,
  amount        bigint NOT NULL CHECK (amount > 0),
  currency      text NOT NULL,
  staff         text NOT NULL,
  received_at   timestamptz NOT NULL
);

-- What a wallet must not spend: see spendable in domain/money/wallet.hpp.
CREATE INDEX unpaid_fares ON rides (passenger_id) INCLUDE (fare_total)
  WHERE state = 'completed' AND fare_total IS NOT NULL;

-- Balances, and now also the rows of an account from the newest on.
DROP INDEX ledger_debits;
DROP INDEX ledger_credits;
CREATE INDEX ledger_debits ON billing_ledger (debit_account, currency, entry_id) INCLUDE (amount);
CREATE INDEX ledger_credits ON billing_ledger (credit_account, currency, entry_id) INCLUDE (amount);

-- Seals on the books: each leaf is the digest of a row, each seal the digest of the seal before it and of its leaves. Who
-- keeps the last seal elsewhere can prove that nothing before it has been changed since, by anybody.
CREATE TABLE ledger_seals (
  seal_no   bigint PRIMARY KEY CHECK (seal_no >= 1),
  entries   bigint NOT NULL CHECK (entries > 0),
  sums      text NOT NULL,  -- what its rows move, by currency: 'IDR 24600'
  hash      text NOT NULL,
  sealed_at timestamptz NOT NULL
);
CREATE TABLE ledger_leaves (
  entry_id uuid PRIMARY KEY,
  seal_no  bigint NOT NULL,
  digest   text NOT NULL
);
CREATE INDEX leaves_of_seal ON ledger_leaves (seal_no, entry_id);

REVOKE UPDATE, DELETE, TRUNCATE ON ledger_seals, ledger_leaves FROM CURRENT_USER;

CREATE OR REPLACE FUNCTION refuse_to_rewrite_the_books() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed: % refused', TG_TABLE_NAME, TG_OP
    USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_seals
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_the_books();
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_leaves
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_to_rewrite_the_books();

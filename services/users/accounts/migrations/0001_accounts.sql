create table users (
  user_id     uuid primary key,
  msisdn      text unique,            -- E.164; null once the account is deleted
  name        text,
  created_at  timestamptz not null,
  deleted_at  timestamptz,
  check (msisdn is not null or deleted_at is not null)
);

create table drivers (
  driver_id      uuid primary key references users,
  status         text not null check (status in ('pending', 'approved', 'rejected', 'suspended')),
  vehicle_type   text not null,
  vehicle        text not null,
  plate          text not null unique,  -- normalised
  payout_bank    text not null,
  payout_number  text not null,
  payout_holder  text not null,
  registered_at  timestamptz not null
);

-- A code is kept as its HMAC. Rows are kept for a day, because limits look back that far.
create table otp_codes (
  challenge_id   uuid primary key,
  msisdn         text not null,
  code_hmac      text not null,
  address        text not null,
  issued_at      timestamptz not null,
  failed_checks  integer not null default 0,
  used_at        timestamptz
);
create index otp_codes_msisdn on otp_codes (msisdn, issued_at);
create index otp_codes_prefix on otp_codes (left(msisdn, 6), issued_at);
create index otp_codes_address on otp_codes (address, issued_at);
create index otp_codes_issued on otp_codes (issued_at);

-- Guards a number against guessing, whichever challenge is guessed at.
create table otp_guards (
  msisdn             text primary key,
  failures           integer not null,
  window_started_at  timestamptz not null,
  locked_until       timestamptz
);

-- A refresh token is (session, generation) with a MAC keyed by the server's secret and this salt.
create table sessions (
  session_id    uuid primary key,
  user_id       uuid not null references users,
  device        text,
  salt          text not null,
  generation    bigint not null default 1,
  rotated_at    timestamptz not null,
  created_at    timestamptz not null,
  expires_at    timestamptz not null,
  revoked_at    timestamptz
);
create index sessions_user on sessions (user_id);

create table snapshots (
  user_id   uuid primary key,
  n         bigint not null,
  document  text not null
);

create table api_keys (
  key_id       text primary key,
  name         text not null,
  secret_hash  text not null,
  scopes       text[] not null,
  created_at   timestamptz not null,
  expires_at   timestamptz,
  revoked_at   timestamptz
);

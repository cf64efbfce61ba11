-- What every service's schema has: events that leave it, how far it has applied the events of others, and the first
-- answers to commands that may be repeated. platform/bus alone reads and writes these tables.

-- Events of this service, written in the commit of the change that they tell. A row has no position until its relay
-- numbers it; the positions of a shard have no holes. Rows are never changed otherwise, and are deleted after a week.
create table outbox (
  id       bigserial primary key,
  event_id uuid not null,
  shard    smallint not null,
  position bigint,
  type     text not null,
  key      uuid not null,
  payload  json not null, -- not jsonb: consumers get it byte for byte
  trace    text not null,
  at       timestamptz not null,
  unique (shard, position)
);

-- Found by the relay many times a second. Each row passes through, so the dead entries must not pile up.
create index outbox_unnumbered on outbox (id) where position is null;
alter table outbox set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_cost_delay = 0);

-- Per shard: the last position given, and the last that the stream is known to hold. After a crash the relay publishes
-- again from `published`, which may be a second old: consumers skip what they have.
create table outbox_heads (
  shard     smallint primary key,
  position  bigint not null default 0,
  published bigint not null default 0
);
insert into outbox_heads (shard) select generate_series(0, 15);

-- The last event that was applied, parked or skipped, moved in the commit of its effect.
create table consumer_positions (
  consumer text not null,
  producer text not null,
  shard    smallint not null,
  position bigint not null,
  primary key (consumer, producer, shard)
);

-- Events whose application failed, and the later events of the same key, which wait for them: `next_attempt_at` is null
-- while an earlier one is parked. Moved under the lock of the shard's row in consumer_positions.
create table parked_events (
  consumer        text not null,
  producer        text not null,
  shard           smallint not null,
  position        bigint not null,
  event_id        uuid not null,
  type            text not null,
  key             uuid not null,
  payload         json not null,
  trace           text not null,
  at              timestamptz not null,
  attempts        int not null,
  reason          text not null,
  next_attempt_at timestamptz,
  parked_at       timestamptz not null default now(),
  primary key (consumer, producer, shard, position)
);
create index parked_events_by_key on parked_events (consumer, producer, shard, key, position);
create index parked_events_due on parked_events (consumer, producer, shard, next_attempt_at)
  where next_attempt_at is not null;

-- Events that failed every time. A person looks at the reason, then replays or drops them.
create table dead_letters (
  id       bigserial primary key,
  consumer text not null,
  producer text not null,
  shard    smallint not null,
  position bigint not null,
  event_id uuid not null,
  type     text not null,
  key      uuid not null,
  payload  json not null,
  trace    text not null,
  at       timestamptz not null,
  attempts int not null,
  reason   text not null,
  died_at  timestamptz not null default now()
);

-- What a command was answered the first time, in the commit of its effect.
create table idempotency (
  scope        text not null,
  key          text not null,
  request_hash text not null,
  answer       text not null,
  created_at   timestamptz not null default now(),
  primary key (scope, key)
);
create index idempotency_by_age on idempotency (created_at);

-- Who may do what only one may do: see lease.hpp.
create table leases (
  name       text primary key,
  owner      text not null,
  token      bigint not null,
  expires_at timestamptz not null
);

-- Who wants a share of the leases `<name>.0`, `<name>.1` ...: see shares.hpp.
create table lease_seekers (
  name       text not null,
  owner      text not null,
  expires_at timestamptz not null,
  primary key (name, owner)
);

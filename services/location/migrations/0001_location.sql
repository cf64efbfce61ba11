-- Where people were, how long trips are, and who watches whom.

-- Positions, by the day they came in: a phone may claim any time. A second is lost at worst when its writer dies, and
-- a batch whose commit was in doubt may be here twice.
create table locations (
  user_id     uuid not null,
  session_id  uuid not null,
  sequence    bigint not null,
  latitude    double precision not null,
  longitude   double precision not null,
  at          timestamptz not null, -- by the phone's clock
  accuracy_m  double precision not null,
  speed_mps   double precision,
  heading     double precision,
  received_at timestamptz not null
) partition by range (received_at);
create index locations_by_user on locations (user_id, received_at);
create index locations_by_time on locations using brin (received_at);

-- One partition for one day of UTC. Any number of instances may ask for it at once.
create function create_locations_partition(day date) returns void language plpgsql as $$
declare
  name text := 'locations_' || to_char(day, 'YYYYMMDD');
begin
  perform pg_advisory_xact_lock(hashtext('locations'));
  if to_regclass(name) is null then
    execute format('create table %I partition of locations for values from (%L) to (%L)', name,
                   day::timestamp at time zone 'UTC', (day + 1)::timestamp at time zone 'UTC');
  end if;
end $$;

create function drop_locations_partitions_before(day date) returns void language plpgsql as $$
declare
  name text;
begin
  perform pg_advisory_xact_lock(hashtext('locations'));
  for name in
    select relname from pg_inherits join pg_class on pg_class.oid = inhrelid
    where inhparent = 'locations'::regclass and relname < 'locations_' || to_char(day, 'YYYYMMDD')
  loop
    execute format('drop table %I', name);
  end loop;
end $$;

-- The meter of each trip: see domain/ride/meter.hpp. Moved by compare-and-set on the version, by whoever holds the
-- shard of the driver. Metering begins when session_id is set: fixes of that session alone count.
create table trip_meters (
  ride_id          uuid primary key,
  driver_id        uuid not null,
  passenger_id     uuid not null,
  shard            smallint not null,
  state            text not null check (state in ('open', 'ending', 'closed')),
  session_id       uuid,
  start_sequence   bigint not null,
  end_sequence     bigint check (end_sequence >= start_sequence),
  completed_at     timestamptz,
  last_sequence    bigint not null,
  last_latitude    double precision,
  last_longitude   double precision,
  last_at          timestamptz,
  last_accuracy_m  double precision,
  anchor_latitude  double precision,
  anchor_longitude double precision,
  anchor_at        timestamptz,
  anchor_accuracy_m double precision,
  metres           double precision not null default 0,
  flagged          int not null default 0,
  version          bigint not null default 1,
  closed_at        timestamptz,
  check ((state = 'closed') = (closed_at is not null)),
  check (state <> 'ending' or (end_sequence is not null and completed_at is not null))
);
create index trip_meters_open on trip_meters (shard) where state <> 'closed';
create index trip_meters_closed on trip_meters (closed_at) where state = 'closed';
-- Each open row is rewritten about once a second.
alter table trip_meters set (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02);

-- Whose passenger sees the driver move: from the match to the end of the ride.
create table tracked_rides (
  ride_id      uuid primary key,
  driver_id    uuid not null,
  passenger_id uuid not null,
  shard        smallint not null
);
create index tracked_rides_by_shard on tracked_rides (shard);

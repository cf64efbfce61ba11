-- What passengers look back at, what operators see and do, and drivers' stars.
create index requests_of_passenger on match_requests (passenger_id, request_id desc);
create index requests_of_driver on match_requests (driver_id, request_id desc)
  where driver_id is not null;
alter table match_requests add column ended_at timestamptz;

-- The sum of all stars and how many gave them: match hands out the driver's card, so it keeps them.
alter table driver_slots
  add column stars   bigint not null default 0,
  add column ratings bigint not null default 0;

-- A reserved driver is to take over a ride, as soon as rides agrees.
alter table driver_slots drop constraint driver_slots_held_as_check;
alter table driver_slots add constraint driver_slots_held_as_check
  check (held_as in ('proposed', 'matched', 'reserved', 'passenger'));

create table reassignments (
  match_id   uuid primary key,
  request_id uuid not null references match_requests,
  driver_id  uuid not null,  -- reserved
  asked_at   timestamptz not null,
  asked_by   text not null,  -- name of the operator's key
  reason     text not null,
  settled_at timestamptz,
  took_place boolean,
  constraint settled_somehow check ((settled_at is null) = (took_place is null))
);
create unique index one_reassignment_at_a_time on reassignments (request_id)
  where settled_at is null;
create index reassignments_of_request on reassignments (request_id);

-- What operators have done on a passenger's behalf.
create table staff_actions (
  action_id  bigint generated always as identity primary key,
  request_id uuid not null references match_requests,
  what       text not null,
  by         text not null,
  reason     text not null,
  at         timestamptz not null
);
create index actions_of_request on staff_actions (request_id);

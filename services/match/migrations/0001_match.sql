-- Requests for a ride, and who drives them. The row of a request is locked before anything about it,
-- its proposals or the slots it holds is changed.
create table match_requests (
  request_id            uuid primary key,
  passenger_id          uuid not null,
  vehicle_type          text not null,
  pickup_latitude       double precision not null,
  pickup_longitude      double precision not null,
  pickup_label          text,
  destination_latitude  double precision not null,
  destination_longitude double precision not null,
  destination_label     text,
  cell                  text not null,  -- geohash of the pickup, five characters; zones are made of these
  state                 text not null
    check (state in ('waiting', 'matched', 'cancelled', 'unfulfilled', 'closed')),
  driver_id             uuid,
  created_at            timestamptz not null,
  searching_since       timestamptz not null,  -- names the search: a reopened request begins another
  expires_at            timestamptz not null,
  version               bigint not null,
  constraint driver_from_match_on check ((driver_id is not null) = (state in ('matched', 'closed')))
);

create unique index one_open_request_per_passenger
  on match_requests (passenger_id) where state in ('waiting', 'matched');
create index waiting_requests
  on match_requests (searching_since, request_id) where state = 'waiting';

-- Proposals, open and past: who was asked for whom, when, and what came of it.
create table matches (
  match_id        uuid primary key,
  request_id      uuid not null references match_requests,
  searching_since timestamptz not null,  -- the request's, when it asked: one search asks nobody twice
  driver_id       uuid not null,
  state           text not null
    check (state in ('proposed', 'accepted', 'declined', 'expired', 'withdrawn')),
  pickup_metres   double precision not null,
  proposed_at     timestamptz not null,
  expires_at      timestamptz not null,
  answered_at     timestamptz,
  undone_at       timestamptz,  -- the driver accepted and cancelled before the pickup: never asked again
  constraint undone_was_accepted check (undone_at is null or state = 'accepted')
);

create unique index one_accepted_match_per_request
  on matches (request_id) where state = 'accepted' and undone_at is null;
create unique index one_open_proposal_per_driver on matches (driver_id) where state = 'proposed';
create index matches_of_request on matches (request_id);
create index open_proposals on matches (expires_at) where state = 'proposed';

-- Drivers as users told us of them, and their slots: whoever holds a slot has the driver to himself.
create table driver_slots (
  driver_id         uuid primary key,
  status            text not null check (status in ('pending', 'approved', 'rejected', 'suspended')),
  vehicle_type      text not null,
  name              text not null,
  vehicle           text not null,
  plate             text not null,
  beacon_on         boolean not null default false,
  beacon_changed_at timestamptz,
  held_by           uuid references match_requests,
  held_as           text check (held_as in ('proposed', 'matched', 'passenger')),
  idle_since        timestamptz not null,
  changed_at        timestamptz not null,
  constraint held_as_something check ((held_by is null) = (held_as is null))
);

create index slots_of_request on driver_slots (held_by) where held_by is not null;
create index slots_by_change on driver_slots (changed_at, driver_id);

-- An account's requests and proposals are told to its owner, and forgotten with it.
create index requests_of_passenger on match_requests (passenger_id, created_at);
create index proposals_of_driver on matches (driver_id, proposed_at);

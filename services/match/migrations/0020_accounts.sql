-- An account's proposals are told to its owner.
create index proposals_of_driver on matches (driver_id, proposed_at);

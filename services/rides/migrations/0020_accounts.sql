-- An account's rides are told to its owner, and what tells who it was is forgotten with it.
CREATE INDEX rides_of_passenger ON rides (passenger_id, matched_at);
CREATE INDEX rides_of_driver ON rides (driver_id, matched_at);

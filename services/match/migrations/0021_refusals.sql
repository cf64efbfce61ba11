-- Why a search came to nothing: nobody was found, or nobody has a price for the ride.
alter table match_requests add column unfulfilled_reason text
  check (unfulfilled_reason in ('no_driver_found', 'vehicle_not_offered'));

-- Why an operator last decided about a driver as he did.
alter table drivers add column status_reason text;
create index drivers_by_status on drivers (status, driver_id);

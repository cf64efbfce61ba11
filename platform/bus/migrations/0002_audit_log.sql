-- What staff have changed, each call in the commit of its change. Rows are only added: written by services/binding.
create table audit_log (
  id        bigserial primary key,
  at        timestamptz not null,
  staff     text not null,   -- the name of the API key
  address   text not null,   -- where the call came from; empty if unknown
  operation text not null,   -- 'suspend_driver'
  arguments json not null,
  trace     text not null
);
create index audit_log_by_time on audit_log using brin (at);

revoke update, delete, truncate on audit_log from current_user;

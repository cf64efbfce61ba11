-- Nobody logs in to an account that staff have blocked.
alter table users
  add column blocked_at   timestamptz,
  add column block_reason text;  -- of the last block or unblock

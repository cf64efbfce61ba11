-- Whose position history is to be deleted, step by step: see account_records.cpp.
create table forgotten_users (
  user_id uuid primary key,
  since   timestamptz not null
);

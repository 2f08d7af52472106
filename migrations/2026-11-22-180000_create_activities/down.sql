DROP INDEX users_joined_at_idx;
DROP INDEX users_signed_up_at_idx;
DROP TABLE activities;

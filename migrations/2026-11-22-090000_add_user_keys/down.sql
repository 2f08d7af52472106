-- What is encrypted with users' keys can not be read by an earlier version, and is lost to it.
DROP INDEX weekly_recaps_unsealed_idx;
DROP INDEX achievements_unsealed_idx;
DROP INDEX tutoring_sessions_unsealed_idx;
DROP INDEX consent_requests_unsealed_idx;
DROP INDEX users_unsealed_idx;
ALTER TABLE weekly_recaps DROP COLUMN contents_cipher;
ALTER TABLE achievements DROP COLUMN name_cipher;
ALTER TABLE tutoring_sessions DROP COLUMN texts_cipher;
DROP FUNCTION master_key_of;
DROP FUNCTION is_by_user_key;
DROP INDEX users_key_slot_unique_idx;
ALTER TABLE users DROP COLUMN deleted_at, DROP COLUMN key_slot;

-- Each user has a key of their own, which lies in the key store and not here.

ALTER TABLE users
    -- Where the key is; none until there is something to encrypt.
    ADD COLUMN key_slot bigint CONSTRAINT users_key_slot_check CHECK (key_slot >= 0),
    -- When the user was erased; what counts still refers to the row.
    ADD COLUMN deleted_at timestamptz;
CREATE UNIQUE INDEX users_key_slot_unique_idx ON users (key_slot) WHERE key_slot IS NOT NULL;

-- What begins so is encrypted with keys of users; the fifth byte then names the master key, else the first does.
CREATE FUNCTION is_by_user_key(sealed bytea) RETURNS boolean LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN substring(sealed, 1, 4) = '\x00564531'::bytea;
CREATE FUNCTION master_key_of(sealed bytea) RETURNS integer LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE
    RETURN CASE WHEN is_by_user_key(sealed) THEN get_byte(sealed, 4) ELSE get_byte(sealed, 0) END;

-- What was written about a child, encrypted with the child's key. The columns in clear are emptied as rows are encrypted.
ALTER TABLE tutoring_sessions ADD COLUMN texts_cipher bytea;
ALTER TABLE achievements ADD COLUMN name_cipher bytea;
ALTER TABLE weekly_recaps ADD COLUMN contents_cipher bytea;

-- What is still to be encrypted: empty but for the time after an update.
CREATE INDEX users_unsealed_idx ON users (id) WHERE NOT is_by_user_key(name_cipher) OR NOT is_by_user_key(email_cipher)
    OR NOT is_by_user_key(phone_cipher) OR NOT is_by_user_key(handle_cipher);
CREATE INDEX consent_requests_unsealed_idx ON consent_requests (id) WHERE NOT is_by_user_key(contact_cipher);
CREATE INDEX tutoring_sessions_unsealed_idx ON tutoring_sessions (id) WHERE texts_cipher IS NULL;
CREATE INDEX achievements_unsealed_idx ON achievements (id) WHERE name_cipher IS NULL;
CREATE INDEX weekly_recaps_unsealed_idx ON weekly_recaps (id) WHERE contents_cipher IS NULL;

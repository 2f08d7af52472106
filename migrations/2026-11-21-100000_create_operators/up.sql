-- People who sign in to the admin app, their browsers' sessions, and the API keys of platforms.

CREATE TABLE operators (
    id uuid CONSTRAINT operators_pkey PRIMARY KEY,
    email text NOT NULL,
    name text NOT NULL,
    role text NOT NULL CONSTRAINT operators_role_check CHECK (role IN ('admin', 'safety', 'analyst', 'viewer')),
    password_hash text,
    disabled_at timestamptz,
    created_at timestamptz NOT NULL,
    last_sign_in_at timestamptz
);
-- An address signs in once, however it is written.
CREATE UNIQUE INDEX operators_email_key ON operators (lower(email));

-- One-time links to choose a password with. `operator_id` is null for the very first admin.
CREATE TABLE setup_links (
    token_hash bytea CONSTRAINT setup_links_pkey PRIMARY KEY,
    operator_id uuid CONSTRAINT setup_links_operator_id_fkey REFERENCES operators ON DELETE CASCADE,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz
);

-- A signed-in browser. Refresh tokens rotate: the current one and, for a short grace, the one before it verify;
-- any older one ends the session.
CREATE TABLE sessions (
    id uuid CONSTRAINT sessions_pkey PRIMARY KEY,
    operator_id uuid NOT NULL CONSTRAINT sessions_operator_id_fkey REFERENCES operators ON DELETE CASCADE,
    refresh_hash bytea NOT NULL,
    previous_refresh_hash bytea,
    rotated_at timestamptz NOT NULL,
    user_agent text NOT NULL,
    ip_prefix text,
    created_at timestamptz NOT NULL,
    last_used_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    ended_at timestamptz
);
CREATE INDEX sessions_operator_id_idx ON sessions (operator_id);

-- Failed sign-ins by keyed hash of the address and of the network, so that brute force is slowed on every node.
CREATE TABLE sign_in_failures (
    subject_hash bytea CONSTRAINT sign_in_failures_pkey PRIMARY KEY,
    failures integer NOT NULL,
    last_failed_at timestamptz NOT NULL,
    locked_until timestamptz
);

CREATE TABLE api_keys (
    id uuid CONSTRAINT api_keys_pkey PRIMARY KEY,
    name text NOT NULL,
    prefix text NOT NULL,
    secret_hash bytea NOT NULL CONSTRAINT api_keys_secret_hash_key UNIQUE,
    scopes text[] NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    last_used_at timestamptz,
    revoked_at timestamptz
);

-- Tells every node that somebody may have lost access, so that what was remembered of it is forgotten and streams end.
-- A trigger and not the use cases, so that a row altered by hand is noticed as well.
CREATE FUNCTION notify_access_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ve_sessions', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER sessions_notify_end AFTER DELETE OR UPDATE OF ended_at ON sessions
    FOR EACH STATEMENT EXECUTE FUNCTION notify_access_change();
CREATE TRIGGER operators_notify_change AFTER DELETE OR UPDATE OF role, disabled_at ON operators
    FOR EACH STATEMENT EXECUTE FUNCTION notify_access_change();
CREATE TRIGGER api_keys_notify_end AFTER DELETE OR UPDATE OF scopes, expires_at, revoked_at ON api_keys
    FOR EACH STATEMENT EXECUTE FUNCTION notify_access_change();

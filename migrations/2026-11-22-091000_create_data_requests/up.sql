-- Requests for everything that is held on a user: to get it, or to have it erased.

CREATE TABLE data_requests (
    id uuid CONSTRAINT data_requests_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT data_requests_kind_check CHECK (kind IN ('deletion', 'export')),
    user_id uuid NOT NULL CONSTRAINT data_requests_user_id_fkey REFERENCES users,
    state text NOT NULL CONSTRAINT data_requests_state_check CHECK (state IN ('waiting', 'running', 'completed', 'failed')),
    -- `guardian`, `operator`, `api_key` or `system`.
    asked_by_kind text NOT NULL,
    asked_by uuid,
    -- Names to look for in texts while the user is being erased, encrypted with the user's key.
    names_cipher bytea,
    -- Rows that were erased or exported, by store.
    progress jsonb NOT NULL,
    receipt jsonb,
    -- In our own words.
    failure text,
    job_id uuid,
    -- What was exported, encrypted with the user's key.
    archive bytea,
    archive_until timestamptz,
    created_at timestamptz NOT NULL,
    started_at timestamptz,
    completed_at timestamptz,
    CONSTRAINT data_requests_completed_check CHECK ((state = 'completed') = (completed_at IS NOT NULL)),
    CONSTRAINT data_requests_archive_check CHECK ((archive IS NULL) = (archive_until IS NULL))
);
-- One of a kind at a time.
CREATE UNIQUE INDEX data_requests_open_unique_idx ON data_requests (user_id, kind) WHERE state IN ('waiting', 'running');
CREATE INDEX data_requests_created_at_idx ON data_requests (created_at, id);
CREATE INDEX data_requests_user_idx ON data_requests (user_id, created_at);
CREATE INDEX data_requests_archive_idx ON data_requests (archive_until) WHERE archive IS NOT NULL;

-- Links by which a guardian asks for one thing, once.
CREATE TABLE data_request_links (
    token_hash bytea CONSTRAINT data_request_links_pkey PRIMARY KEY,
    kind text NOT NULL CONSTRAINT data_request_links_kind_check CHECK (kind IN ('summary', 'deletion', 'export')),
    guardian_id uuid NOT NULL CONSTRAINT data_request_links_guardian_id_fkey REFERENCES users,
    child_id uuid NOT NULL CONSTRAINT data_request_links_child_id_fkey REFERENCES users,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    used_at timestamptz,
    -- What it asked for.
    request_id uuid CONSTRAINT data_request_links_request_id_fkey REFERENCES data_requests
);
CREATE INDEX data_request_links_guardian_idx ON data_request_links (guardian_id, created_at);
CREATE INDEX data_request_links_child_idx ON data_request_links (child_id);
CREATE INDEX data_request_links_expires_at_idx ON data_request_links (expires_at);
CREATE INDEX data_request_links_request_idx ON data_request_links (request_id) WHERE request_id IS NOT NULL;

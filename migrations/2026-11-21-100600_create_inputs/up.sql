-- What the platform has already done: scanned when taken in, stored redacted.

CREATE TABLE parent_shares (
    id uuid CONSTRAINT parent_shares_pkey PRIMARY KEY,
    parent_id uuid NOT NULL CONSTRAINT parent_shares_parent_id_fkey REFERENCES users,
    student_id uuid NOT NULL CONSTRAINT parent_shares_student_id_fkey REFERENCES users,
    share_data jsonb NOT NULL,
    shared_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL,
    viewed_at timestamptz,
    view_count bigint NOT NULL DEFAULT 0,
    violations integer NOT NULL
);
CREATE INDEX idx_parent_shares_opt_out_rate ON parent_shares (shared_at) INCLUDE (viewed_at, violations);

CREATE TABLE progress_reels (
    id uuid CONSTRAINT progress_reels_pkey PRIMARY KEY,
    student_id uuid NOT NULL CONSTRAINT progress_reels_student_id_fkey REFERENCES users,
    reel_data jsonb NOT NULL,
    created_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    violations integer NOT NULL
);
CREATE INDEX idx_progress_reels_inserted_at ON progress_reels (created_at) INCLUDE (violations);

-- Findings of personal information: where and what kind, never the value.
CREATE TABLE pii_violations (
    payload_id uuid NOT NULL,
    ordinal integer NOT NULL,
    kind text NOT NULL CONSTRAINT pii_violations_kind_check CHECK (kind IN ('parent_share', 'progress_reel')),
    field_path text NOT NULL,
    entity_type text NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT pii_violations_pkey PRIMARY KEY (payload_id, ordinal)
);
CREATE INDEX pii_violations_at_idx ON pii_violations (at, payload_id, ordinal);

CREATE TABLE study_sessions (
    id uuid CONSTRAINT study_sessions_pkey PRIMARY KEY,
    host_id uuid NOT NULL CONSTRAINT study_sessions_host_id_fkey REFERENCES users,
    participant_ids uuid[] NOT NULL,
    invited_ids uuid[] NOT NULL,
    started_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX idx_study_sessions_inserted_at ON study_sessions (started_at);

CREATE TABLE opt_outs (
    id uuid CONSTRAINT opt_outs_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT opt_outs_user_id_fkey REFERENCES users,
    scope text NOT NULL,
    at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX opt_outs_at_idx ON opt_outs (at, user_id);

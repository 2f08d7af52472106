-- Answers kept for 24 h, so that a repeated request is answered as the first was.

CREATE TABLE idempotency_keys (
    -- Operator or API key, so that callers can not see each other's answers.
    caller_id uuid NOT NULL,
    key text NOT NULL,
    -- SHA-256 over method, path and body.
    request_hash bytea NOT NULL,
    created_at timestamptz NOT NULL,
    -- Null while the first request runs; a request whose process died is taken over after its lease.
    status smallint,
    headers jsonb,
    body bytea,
    CONSTRAINT idempotency_keys_pkey PRIMARY KEY (caller_id, key)
);
CREATE INDEX idempotency_keys_created_at_idx ON idempotency_keys (created_at);

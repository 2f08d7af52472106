-- Who is told what happens, what was told, and how that went.

CREATE TABLE webhook_endpoints (
    id uuid CONSTRAINT webhook_endpoints_pkey PRIMARY KEY,
    url text NOT NULL,
    description text NOT NULL,
    event_types text[] NOT NULL,
    -- Sealed: key id, nonce, ciphertext and tag.
    secret bytea NOT NULL,
    previous_secret bytea,
    previous_secret_until timestamptz,
    disabled_at timestamptz,
    disabled_reason text CONSTRAINT webhook_endpoints_disabled_reason_check CHECK (disabled_reason IN ('operator', 'failing', 'gone')),
    -- First failure since the last success.
    failing_since timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT webhook_endpoints_disabled_check CHECK ((disabled_at IS NULL) = (disabled_reason IS NULL)),
    CONSTRAINT webhook_endpoints_previous_check CHECK ((previous_secret IS NULL) = (previous_secret_until IS NULL))
);

CREATE TABLE webhook_messages (
    id uuid CONSTRAINT webhook_messages_pkey PRIMARY KEY,
    event_type text NOT NULL,
    -- Text, not jsonb: every attempt signs and sends the same bytes.
    body text NOT NULL,
    created_at timestamptz NOT NULL
);
-- Messages are forgotten by age.
CREATE INDEX webhook_messages_created_at_idx ON webhook_messages (created_at);

CREATE TABLE webhook_deliveries (
    endpoint_id uuid NOT NULL CONSTRAINT webhook_deliveries_endpoint_id_fkey REFERENCES webhook_endpoints ON DELETE CASCADE,
    message_id uuid NOT NULL CONSTRAINT webhook_deliveries_message_id_fkey REFERENCES webhook_messages ON DELETE CASCADE,
    status text NOT NULL CONSTRAINT webhook_deliveries_status_check CHECK (status IN ('pending', 'delivered', 'failed', 'skipped')),
    -- Grows when an operator sends it again; jobs of an earlier round have nothing to do.
    round integer NOT NULL,
    -- Attempts of this round.
    tries integer NOT NULL,
    created_at timestamptz NOT NULL,
    next_attempt_at timestamptz,
    finished_at timestamptz,
    -- Until then somebody may be sending it: what the limit per receiver counts, over all nodes.
    sending_until timestamptz,
    CONSTRAINT webhook_deliveries_pkey PRIMARY KEY (endpoint_id, message_id)
);
CREATE INDEX webhook_deliveries_message_id_idx ON webhook_deliveries (message_id);
CREATE INDEX webhook_deliveries_endpoint_created_idx ON webhook_deliveries (endpoint_id, created_at, message_id);
CREATE INDEX webhook_deliveries_sending_idx ON webhook_deliveries (endpoint_id) WHERE sending_until IS NOT NULL;

CREATE TABLE webhook_attempts (
    endpoint_id uuid NOT NULL,
    message_id uuid NOT NULL,
    number integer NOT NULL,
    at timestamptz NOT NULL,
    status_code integer,
    latency_ms bigint NOT NULL,
    -- First KiB, personal information redacted.
    answer text,
    error text,
    CONSTRAINT webhook_attempts_pkey PRIMARY KEY (endpoint_id, message_id, number),
    CONSTRAINT webhook_attempts_delivery_fkey FOREIGN KEY (endpoint_id, message_id) REFERENCES webhook_deliveries ON DELETE CASCADE
);

-- What ingest stores within its own transaction, to be told once a second.
CREATE TABLE webhook_outbox (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT webhook_outbox_pkey PRIMARY KEY,
    event_type text NOT NULL,
    data jsonb NOT NULL,
    created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);

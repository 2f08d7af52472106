-- What operators decide about guardrails, and what guardrails tell operators.

CREATE TABLE settings (
    key text CONSTRAINT settings_pkey PRIMARY KEY,
    value double precision NOT NULL,
    updated_at timestamptz NOT NULL,
    updated_by uuid
);
-- One row; its version is the ETag of all settings and serialises their writers.
CREATE TABLE settings_version (
    only_row boolean CONSTRAINT settings_version_pkey PRIMARY KEY DEFAULT true CONSTRAINT settings_version_only_row_check CHECK (only_row),
    version bigint NOT NULL
);
INSERT INTO settings_version (version) VALUES (1);

CREATE TABLE institution_networks (
    id uuid CONSTRAINT institution_networks_pkey PRIMARY KEY,
    network text NOT NULL CONSTRAINT institution_networks_network_key UNIQUE,
    name text NOT NULL,
    created_at timestamptz NOT NULL
);

CREATE TABLE blocks (
    id uuid CONSTRAINT blocks_pkey PRIMARY KEY,
    entity text NOT NULL CONSTRAINT blocks_entity_check CHECK (entity IN ('device', 'network')),
    value text NOT NULL,
    reason text NOT NULL,
    created_by uuid,
    created_at timestamptz NOT NULL,
    expires_at timestamptz,
    CONSTRAINT blocks_entity_value_key UNIQUE (entity, value)
);
-- The redirect keeps the blocks in memory.
CREATE FUNCTION notify_block_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('ve_blocks', '');
    RETURN NULL;
END
$$;
CREATE TRIGGER blocks_notify_change AFTER INSERT OR UPDATE OR DELETE OR TRUNCATE ON blocks
    FOR EACH STATEMENT EXECUTE FUNCTION notify_block_change();

CREATE TABLE alerts (
    id uuid CONSTRAINT alerts_pkey PRIMARY KEY,
    type text NOT NULL,
    subject text NOT NULL,
    severity text NOT NULL CONSTRAINT alerts_severity_check CHECK (severity IN ('low', 'medium', 'high', 'critical')),
    status text NOT NULL CONSTRAINT alerts_status_check CHECK (status IN ('open', 'acknowledged', 'resolved', 'dismissed')),
    message text NOT NULL,
    value double precision NOT NULL,
    threshold double precision NOT NULL,
    -- Least value since the alert was last announced or dismissed; what "worse" is compared with.
    baseline double precision NOT NULL,
    details jsonb NOT NULL,
    opened_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    due_at timestamptz NOT NULL,
    acknowledged_at timestamptz,
    acknowledged_by text,
    resolved_at timestamptz,
    dismissed_by text,
    dismiss_reason text,
    -- False once the cause was seen gone; a dismissed alert whose cause persists does not open again.
    cause_present boolean NOT NULL
);
-- One living alert per type and subject.
CREATE UNIQUE INDEX alerts_living_key ON alerts (type, subject) WHERE cause_present;
CREATE INDEX alerts_opened_at_idx ON alerts (opened_at, id);

CREATE TABLE health_snapshots (
    at timestamptz CONSTRAINT health_snapshots_pkey PRIMARY KEY,
    score double precision NOT NULL,
    status text NOT NULL,
    fraud double precision NOT NULL,
    bot_behavior double precision NOT NULL,
    opt_out_rate double precision NOT NULL,
    coppa_violations double precision NOT NULL
);

-- Facts about this installation, for example that demo data was loaded.
CREATE TABLE installation_facts (
    key text CONSTRAINT installation_facts_pkey PRIMARY KEY,
    value text NOT NULL
);

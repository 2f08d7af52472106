-- Performance reports. `inputs` is what a report was computed from, kept so that it can be rendered again to the same
-- bytes, and compared with what the events say today.

CREATE TABLE reports (
    id uuid CONSTRAINT reports_pkey PRIMARY KEY,
    report_type text NOT NULL CONSTRAINT reports_report_type_check CHECK (report_type IN ('weekly', 'monthly', 'custom')),
    -- Both included, in the report's time zone.
    period_start date NOT NULL,
    period_end date NOT NULL,
    time_zone text NOT NULL,
    -- Made by a schedule: then it goes to the subscribers of its type once it is ready.
    is_scheduled boolean NOT NULL,
    -- Present once the report is ready.
    inputs jsonb,
    -- Why the last attempt to compute it failed for good.
    failure text,
    created_at timestamptz NOT NULL,
    ready_at timestamptz,
    CONSTRAINT reports_period_check CHECK (period_start <= period_end),
    CONSTRAINT reports_ready_check CHECK ((inputs IS NULL) = (ready_at IS NULL))
);
CREATE INDEX reports_created_at_idx ON reports (created_at, id);

-- Who gets every scheduled report of a type by email.
CREATE TABLE report_subscriptions (
    report_type text CONSTRAINT report_subscriptions_pkey PRIMARY KEY
        CONSTRAINT report_subscriptions_report_type_check CHECK (report_type IN ('weekly', 'monthly')),
    -- Binds the ciphertext to its row.
    id uuid NOT NULL DEFAULT gen_random_uuid(),
    -- A JSON list of addresses, sealed with the key of personal fields; null when it is empty.
    recipients_cipher bytea,
    recipient_count integer NOT NULL DEFAULT 0,
    -- Grows with each change; also the ETag.
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz,
    CONSTRAINT report_subscriptions_recipients_check CHECK ((recipients_cipher IS NULL) = (recipient_count = 0))
);
INSERT INTO report_subscriptions (report_type) VALUES ('weekly'), ('monthly');

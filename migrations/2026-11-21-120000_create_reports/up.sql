-- Performance reports. `inputs` is what a report was computed from, kept so that it can be rendered again to the same
-- bytes, and compared with what the events say today.

CREATE TABLE reports (
    id uuid CONSTRAINT reports_pkey PRIMARY KEY,
    report_type text NOT NULL CONSTRAINT reports_report_type_check CHECK (report_type IN ('weekly', 'monthly', 'custom')),
    -- Both included, in the report's time zone.
    period_start date NOT NULL,
    period_end date NOT NULL,
    time_zone text NOT NULL,
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

-- Who is told of alerts by mail, and what they are still to be told.

ALTER TABLE operators ADD COLUMN alert_emails text NOT NULL DEFAULT 'off'
    CONSTRAINT operators_alert_emails_check CHECK (alert_emails IN ('off', 'medium', 'high', 'critical'));
UPDATE operators SET alert_emails = 'high' WHERE role = 'admin';

CREATE TABLE alert_notices (
    id bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT alert_notices_pkey PRIMARY KEY,
    alert_id uuid NOT NULL CONSTRAINT alert_notices_alert_id_fkey REFERENCES alerts ON DELETE CASCADE,
    what text NOT NULL CONSTRAINT alert_notices_what_check CHECK (what IN ('opened', 'escalated', 'resolved')),
    at timestamptz NOT NULL,
    -- When it was told; kept for a day, since the next digest waits for some time after the last.
    told_at timestamptz
);
CREATE INDEX alert_notices_alert_id_idx ON alert_notices (alert_id);

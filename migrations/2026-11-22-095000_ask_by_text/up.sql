-- Guardians can be asked by text message.
ALTER TABLE consent_requests ADD COLUMN channel text NOT NULL DEFAULT 'email'
    CONSTRAINT consent_requests_channel_check CHECK (channel IN ('email', 'text'));
ALTER TABLE consent_requests ALTER COLUMN channel DROP DEFAULT;

-- What guardians were sent by text. What it says is made when it is sent, so that nothing of a person stands here.
CREATE TABLE consent_texts (
    id uuid CONSTRAINT consent_texts_pkey PRIMARY KEY,
    request_id uuid NOT NULL CONSTRAINT consent_texts_request_id_fkey REFERENCES consent_requests,
    stage text NOT NULL CONSTRAINT consent_texts_stage_check
        CHECK (stage IN ('request', 'reminder', 'confirmation', 'unverified', 'receipt')),
    state text NOT NULL CONSTRAINT consent_texts_state_check CHECK (state IN ('queued', 'sent', 'failed')),
    -- The gateway's name of the message.
    reference text,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT consent_texts_sent_check CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);
CREATE INDEX consent_texts_request_idx ON consent_texts (request_id, created_at);

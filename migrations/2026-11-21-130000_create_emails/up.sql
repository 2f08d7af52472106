-- Mail that was sent or is to be, and the addresses that get none.

CREATE TABLE emails (
    id uuid CONSTRAINT emails_pkey PRIMARY KEY,
    kind text NOT NULL,
    -- What it is about: ids, never personal data.
    subject_key text NOT NULL,
    -- Keyed like `users.email_hash`, so that mail to a user is found by the user's address.
    recipient_hash bytea NOT NULL,
    -- 1, and one more each time it is sent again on purpose.
    sequence integer NOT NULL CONSTRAINT emails_sequence_check CHECK (sequence > 0),
    -- Sealed; null once erased.
    address_cipher bytea,
    -- The recipient's name and what the message is made from, sealed; null once erased or when it may be sent only once.
    content_cipher bytea,
    locale text NOT NULL,
    -- Holds no personal data.
    subject_line text NOT NULL,
    state text NOT NULL CONSTRAINT emails_state_check CHECK (state IN ('queued', 'sent', 'failed', 'bounced', 'suppressed')),
    suppressed_for text CONSTRAINT emails_suppressed_for_check CHECK (suppressed_for IN ('unsubscribed', 'bounced', 'minor', 'complaint')),
    transport text CONSTRAINT emails_transport_check CHECK (transport IN ('smtp', 'outbox')),
    attempts integer NOT NULL,
    message_id text NOT NULL CONSTRAINT emails_message_id_key UNIQUE,
    -- In our own words: a server's may name the recipient.
    last_error text,
    job_id uuid,
    created_at timestamptz NOT NULL,
    sent_at timestamptz,
    CONSTRAINT emails_recipient_key UNIQUE (kind, subject_key, recipient_hash, sequence),
    CONSTRAINT emails_suppressed_check CHECK ((state = 'suppressed') = (suppressed_for IS NOT NULL)),
    CONSTRAINT emails_address_check CHECK (state <> 'queued' OR (address_cipher IS NOT NULL AND content_cipher IS NOT NULL))
);
CREATE INDEX emails_created_at_idx ON emails (created_at, id);
-- What is still to be erased.
CREATE INDEX emails_sealed_idx ON emails (created_at) WHERE address_cipher IS NOT NULL OR content_cipher IS NOT NULL;

CREATE TABLE email_suppressions (
    recipient_hash bytea NOT NULL,
    reason text NOT NULL CONSTRAINT email_suppressions_reason_check CHECK (reason IN ('unsubscribed', 'bounced', 'minor', 'complaint')),
    at timestamptz NOT NULL,
    -- Sealed, so that the hash can be made anew when its key is replaced; null when the message was erased before.
    address_cipher bytea,
    -- What the seal is bound to.
    id uuid NOT NULL,
    CONSTRAINT email_suppressions_pkey PRIMARY KEY (recipient_hash, reason)
);

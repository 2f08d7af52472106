-- Events, partitioned by month. The service creates a month's partition before it inserts into it.
-- No foreign keys: they would be checked row by row on the hottest table; the one writer resolves ids before it
-- inserts, and users and links are never removed without their events.

CREATE TABLE events (
    -- A UUIDv7 of the time in occurred_at, so that an id alone leads to its partition and index range.
    id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    type text NOT NULL CONSTRAINT events_type_check CHECK (type IN ('invite_sent', 'click', 'conversion', 'activation')),
    class text CONSTRAINT events_class_check CHECK (class IN ('human', 'duplicate', 'bot', 'preview', 'prefetch', 'rejected')),
    reject_reason text CONSTRAINT events_reject_reason_check CHECK (reject_reason IN ('forged', 'target_refused', 'disabled', 'expired', 'exhausted', 'blocked')),
    origin text NOT NULL CONSTRAINT events_origin_check CHECK (origin IN ('redirect', 'api', 'import')),
    link_id uuid,
    click_id uuid,
    referrer_id uuid,
    referee_id uuid,
    -- Keyed HMAC of the address, erased after the retention; never the address.
    ip_hash bytea,
    ip_prefix text,
    device_fingerprint text,
    -- Whether the visitor was told apart by a cookie.
    has_cookie boolean NOT NULL DEFAULT false,
    agent text,
    value numeric(18, 6),
    currency text,
    properties jsonb,
    CONSTRAINT events_pkey PRIMARY KEY (occurred_at, id),
    CONSTRAINT events_click_class_check CHECK ((type = 'click') = (class IS NOT NULL))
) PARTITION BY RANGE (occurred_at);

-- Each index costs a hit about 1.5 us of processor time, more than judging it does: only what a screen needs is here.
CREATE INDEX idx_attribution_events_ip_address ON events (ip_hash, occurred_at) WHERE ip_hash IS NOT NULL;
-- Clicks that the guardrails count: people's, and the same person's again.
CREATE INDEX idx_attribution_events_bot_detection ON events (device_fingerprint, occurred_at)
    WHERE type = 'click' AND class IN ('human', 'duplicate') AND device_fingerprint IS NOT NULL;
-- Clicks are found by time alone, since most events are clicks.
CREATE INDEX idx_attribution_events_event_type ON events (type, occurred_at) WHERE type <> 'click';
CREATE INDEX idx_attribution_events_referrer_conversion ON events (referrer_id, type, occurred_at);
-- Rows lie in the order they were received, so a few pages of ranges find the days whose retention has ended.
CREATE INDEX events_received_at_idx ON events USING brin (received_at);
CREATE INDEX events_link_id_idx ON events (link_id, occurred_at) WHERE link_id IS NOT NULL;

-- Client ids of events, unique over all partitions for 30 days.
CREATE TABLE event_ids (
    event_id text CONSTRAINT event_ids_pkey PRIMARY KEY,
    id uuid NOT NULL,
    received_at timestamptz NOT NULL
);
CREATE INDEX event_ids_received_at_idx ON event_ids (received_at);

-- The one conversion a referee is credited for.
CREATE TABLE conversion_credits (
    referee_id uuid CONSTRAINT conversion_credits_pkey PRIMARY KEY,
    event_id uuid NOT NULL,
    occurred_at timestamptz NOT NULL
);

-- Human hits of visitors: what makes the next one a duplicate, on whichever node and in whichever order they arrive.
CREATE TABLE link_visitors (
    link_id uuid NOT NULL,
    visitor text NOT NULL,
    human_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT link_visitors_pkey PRIMARY KEY (link_id, visitor, human_at)
);
CREATE INDEX link_visitors_recorded_at_idx ON link_visitors (recorded_at);

-- Events that name a click whose hit has not been shipped yet; the hit completes them when it arrives.
CREATE TABLE awaited_clicks (
    click_id uuid NOT NULL,
    event_id uuid NOT NULL,
    -- Whether the event named its referrer itself and so is counted for one already.
    has_referrer boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    CONSTRAINT awaited_clicks_pkey PRIMARY KEY (click_id, event_id)
);
CREATE INDEX awaited_clicks_recorded_at_idx ON awaited_clicks (recorded_at);
CREATE INDEX awaited_clicks_event_id_idx ON awaited_clicks (event_id) WHERE NOT has_referrer;

-- How far each node's click log is shipped; written in the transaction that stores the hits.
CREATE TABLE click_log_positions (
    log_id uuid CONSTRAINT click_log_positions_pkey PRIMARY KEY,
    position bigint NOT NULL,
    updated_at timestamptz NOT NULL
);

-- Grows after every acknowledged write that guardrails read, so that an answer can be kept until then.
CREATE SEQUENCE data_version;

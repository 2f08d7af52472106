-- Exact sums kept as events arrive, in the transaction that stores them. Days are UTC. "Clicks" are those the
-- guardrails count: class human or duplicate.

CREATE TABLE rollup_ip_days (
    day date NOT NULL,
    ip_hash bytea NOT NULL,
    ip_prefix text,
    clicks bigint NOT NULL,
    devices bigint NOT NULL,
    max_device_clicks bigint NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    CONSTRAINT rollup_ip_days_pkey PRIMARY KEY (day, ip_hash)
);
CREATE INDEX rollup_ip_days_clicks_idx ON rollup_ip_days (day, clicks);

CREATE TABLE rollup_ip_device_days (
    day date NOT NULL,
    ip_hash bytea NOT NULL,
    device_fingerprint text NOT NULL,
    clicks bigint NOT NULL,
    CONSTRAINT rollup_ip_device_days_pkey PRIMARY KEY (day, ip_hash, device_fingerprint)
);

-- `fastest_burst_us`: least time between a click and the (min_clicks - 1)th after it, both on this day, at most 60 s.
-- `border_burst_us`: the same for bursts that began on the day before.
CREATE TABLE rollup_device_days (
    day date NOT NULL,
    device_fingerprint text NOT NULL,
    clicks bigint NOT NULL,
    first_seen timestamptz NOT NULL,
    last_seen timestamptz NOT NULL,
    fastest_burst_us bigint,
    border_burst_us bigint,
    CONSTRAINT rollup_device_days_pkey PRIMARY KEY (day, device_fingerprint)
);
CREATE INDEX rollup_device_days_fastest_burst_idx ON rollup_device_days (day, fastest_burst_us) WHERE fastest_burst_us IS NOT NULL;
CREATE INDEX rollup_device_days_border_burst_idx ON rollup_device_days (day, border_burst_us) WHERE border_burst_us IS NOT NULL;

CREATE TABLE rollup_referrer_days (
    day date NOT NULL,
    referrer_id uuid NOT NULL,
    clicks bigint NOT NULL,
    conversions bigint NOT NULL,
    CONSTRAINT rollup_referrer_days_pkey PRIMARY KEY (day, referrer_id)
);
CREATE INDEX rollup_referrer_days_conversions_idx ON rollup_referrer_days (day, conversions);
-- A rate above 80 % over a window needs a day above 80 %, or one without clicks.
CREATE INDEX rollup_referrer_days_high_rate_idx ON rollup_referrer_days (day, referrer_id) WHERE conversions * 5 > clicks * 4;
CREATE INDEX rollup_referrer_days_referrer_idx ON rollup_referrer_days (referrer_id, day);

CREATE TABLE rollup_link_days (
    day date NOT NULL,
    link_id uuid NOT NULL,
    human bigint NOT NULL,
    duplicate bigint NOT NULL,
    bot bigint NOT NULL,
    preview bigint NOT NULL,
    prefetch bigint NOT NULL,
    rejected bigint NOT NULL,
    conversions bigint NOT NULL,
    CONSTRAINT rollup_link_days_pkey PRIMARY KEY (link_id, day)
);

-- Events without a link, or with a forged one, have the source ''.
CREATE TABLE rollup_source_days (
    day date NOT NULL,
    source text NOT NULL,
    human bigint NOT NULL,
    duplicate bigint NOT NULL,
    bot bigint NOT NULL,
    preview bigint NOT NULL,
    prefetch bigint NOT NULL,
    rejected bigint NOT NULL,
    invites bigint NOT NULL,
    conversions bigint NOT NULL,
    activations bigint NOT NULL,
    CONSTRAINT rollup_source_days_pkey PRIMARY KEY (day, source)
);

-- Inputs by day. `shard` spreads concurrent writers over several rows; a figure is the sum over shards.
-- `flagged`: parent shares viewed, payloads with a violation, links clicked; `weight`: participants.
CREATE TABLE rollup_input_days (
    day date NOT NULL,
    kind text NOT NULL CONSTRAINT rollup_input_days_kind_check CHECK (kind IN ('parent_share', 'parent_share_violation', 'progress_reel', 'study_session', 'link')),
    shard smallint NOT NULL,
    total bigint NOT NULL,
    flagged bigint NOT NULL,
    weight bigint NOT NULL,
    CONSTRAINT rollup_input_days_pkey PRIMARY KEY (day, kind, shard)
);

-- Users reached on a day: parents with a share, users invited to a study session, referees of invitations.
CREATE TABLE rollup_reached_days (
    day date NOT NULL,
    user_id uuid NOT NULL,
    first_at timestamptz NOT NULL,
    last_at timestamptz NOT NULL,
    CONSTRAINT rollup_reached_days_pkey PRIMARY KEY (day, user_id)
);
CREATE INDEX rollup_reached_days_user_idx ON rollup_reached_days (user_id, day);
CREATE INDEX rollup_reached_days_first_at_idx ON rollup_reached_days (first_at);

-- The same, counted by how many days ago each user was reached before; 0 for not within 100 days. Distinct users of
-- the days a..b are those whose day before lies before a. `shard` spreads concurrent writers over several rows, of
-- which one alone may be negative.
CREATE TABLE rollup_reached_gaps (
    day date NOT NULL,
    gap integer NOT NULL,
    shard smallint NOT NULL,
    users bigint NOT NULL,
    CONSTRAINT rollup_reached_gaps_pkey PRIMARY KEY (day, gap, shard)
);

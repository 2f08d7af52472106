-- Attribution links. `signature` covers every field that decides where a link leads and for how long, so a row
-- that was altered here is refused.

CREATE TABLE links (
    id uuid CONSTRAINT links_pkey PRIMARY KEY,
    token text NOT NULL CONSTRAINT links_token_key UNIQUE,
    alias text CONSTRAINT links_alias_key UNIQUE,
    referrer_id uuid NOT NULL CONSTRAINT links_referrer_id_fkey REFERENCES users,
    source text NOT NULL,
    target_url text NOT NULL,
    channel text NOT NULL CONSTRAINT links_channel_check CHECK (channel IN ('email', 'sms', 'whatsapp', 'copy', 'qr', 'other')),
    campaign text NOT NULL,
    utm_medium text,
    metadata jsonb NOT NULL,
    max_clicks bigint,
    key_id text NOT NULL,
    signature bytea NOT NULL,
    created_at timestamptz NOT NULL,
    expires_at timestamptz NOT NULL,
    disabled_at timestamptz,
    -- Set once max_clicks human clicks are counted.
    exhausted_at timestamptz,
    -- First human click; set once, so that "never clicked" costs no count.
    first_clicked_at timestamptz,
    version bigint NOT NULL DEFAULT 1
);
CREATE INDEX links_created_at_idx ON links (created_at, id);
CREATE INDEX links_referrer_id_idx ON links (referrer_id, created_at);
CREATE INDEX links_source_idx ON links (source, created_at);
CREATE INDEX links_campaign_idx ON links (campaign, created_at);
CREATE INDEX idx_attribution_links_opt_out_rate ON links (created_at) INCLUDE (first_clicked_at);

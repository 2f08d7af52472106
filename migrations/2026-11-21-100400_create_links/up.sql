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
    -- `v1.<key id>.<MAC>`, as the domain writes it.
    signature text NOT NULL,
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

-- Tells every node's redirect cache which names to forget. A trigger and not the use cases, so that a row altered by
-- hand is noticed as well. Counters (first_clicked_at) and metadata steer nothing and stay silent.
CREATE FUNCTION notify_link_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        PERFORM pg_notify('ve_links', OLD.token || ' ' || coalesce(OLD.alias, ''));
    END IF;
    IF TG_OP <> 'DELETE' THEN
        PERFORM pg_notify('ve_links', NEW.token || ' ' || coalesce(NEW.alias, ''));
    END IF;
    RETURN NULL;
END
$$;
CREATE TRIGGER links_notify_change AFTER DELETE OR UPDATE OF token, alias, referrer_id, source, target_url, channel,
    campaign, utm_medium, max_clicks, signature, expires_at, disabled_at, exhausted_at ON links
    FOR EACH ROW EXECUTE FUNCTION notify_link_change();
-- A wished alias may be cached as missing; a random token is not.
CREATE TRIGGER links_notify_alias AFTER INSERT ON links
    FOR EACH ROW WHEN (NEW.alias IS NOT NULL) EXECUTE FUNCTION notify_link_change();

-- A click of a person who is not known to have clicked before on its UTC day; nobody is known for longer. Ingest decides
-- as clicks arrive, so that visitors can be summed over any days, sources and stretches of time.
ALTER TABLE events ADD COLUMN new_visitor boolean NOT NULL DEFAULT false;
ALTER TABLE rollup_device_days ADD COLUMN human bigint NOT NULL DEFAULT 0;
ALTER TABLE rollup_referrer_days ADD COLUMN human bigint NOT NULL DEFAULT 0;

-- Clicks of people by quarters of an hour, of which the days of every time zone are made. Clicks without a link, or with a
-- forged one, have the source ''.
CREATE TABLE rollup_click_quarters (
    quarter timestamptz NOT NULL,
    source text NOT NULL,
    human bigint NOT NULL,
    visitors bigint NOT NULL,
    CONSTRAINT rollup_click_quarters_pkey PRIMARY KEY (quarter, source)
);

UPDATE events SET new_visitor = true FROM (
    SELECT occurred_at, id, row_number() OVER (
        PARTITION BY (occurred_at AT TIME ZONE 'UTC')::date, coalesce(device_fingerprint, id::text) ORDER BY occurred_at, id
    ) AS nth FROM events WHERE type = 'click' AND class = 'human'
) AS click
WHERE click.nth = 1 AND events.occurred_at = click.occurred_at AND events.id = click.id;

UPDATE rollup_device_days r SET human = n.human FROM (
    SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, device_fingerprint, count(*) AS human
    FROM events WHERE type = 'click' AND class = 'human' AND device_fingerprint IS NOT NULL GROUP BY 1, 2
) AS n
WHERE r.day = n.day AND r.device_fingerprint = n.device_fingerprint;

UPDATE rollup_referrer_days r SET human = n.human FROM (
    SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, referrer_id, count(*) AS human
    FROM events WHERE type = 'click' AND class = 'human' AND referrer_id IS NOT NULL GROUP BY 1, 2
) AS n
WHERE r.day = n.day AND r.referrer_id = n.referrer_id;

INSERT INTO rollup_click_quarters (quarter, source, human, visitors)
SELECT date_bin('15 minutes', e.occurred_at, '2000-01-01T00:00:00Z'),
       CASE WHEN e.reject_reason = 'forged' THEN '' ELSE coalesce(l.source, '') END, count(*), count(*) FILTER (WHERE e.new_visitor)
FROM events e LEFT JOIN links l ON l.id = e.link_id
WHERE e.type = 'click' AND e.class = 'human' GROUP BY 1, 2;

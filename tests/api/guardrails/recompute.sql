-- The rollups of events and links, plainly computed from what is stored.
INSERT INTO installation_facts (key, value) VALUES ('device_burst_min_clicks', '3') ON CONFLICT DO NOTHING;

CREATE TEMP VIEW clicks AS
    SELECT (occurred_at AT TIME ZONE 'UTC')::date AS day, * FROM events
    WHERE type = 'click' AND class IN ('human', 'duplicate');

INSERT INTO rollup_ip_device_days (day, ip_hash, device_fingerprint, clicks)
SELECT day, ip_hash, device_fingerprint, count(*) FROM clicks
WHERE ip_hash IS NOT NULL AND device_fingerprint IS NOT NULL GROUP BY 1, 2, 3;

INSERT INTO rollup_ip_days (day, ip_hash, ip_prefix, clicks, devices, max_device_clicks, first_seen, last_seen)
SELECT day, ip_hash, max(ip_prefix), count(*), count(DISTINCT device_fingerprint),
       coalesce((SELECT max(d.clicks) FROM rollup_ip_device_days d WHERE d.day = c.day AND d.ip_hash = c.ip_hash), 0),
       min(occurred_at), max(occurred_at)
FROM clicks c WHERE ip_hash IS NOT NULL GROUP BY day, ip_hash;

INSERT INTO rollup_device_days (day, device_fingerprint, clicks, first_seen, last_seen, fastest_burst_us, border_burst_us)
SELECT day, device_fingerprint, count(*), min(occurred_at), max(occurred_at),
       min(burst) FILTER (WHERE burst <= 60000000 AND began = day), min(burst) FILTER (WHERE burst <= 60000000 AND began < day)
FROM (
    SELECT day, device_fingerprint, occurred_at,
           (extract(epoch FROM occurred_at - lag(occurred_at, 2) OVER device) * 1000000)::bigint AS burst,
           lag(day, 2) OVER device AS began
    FROM clicks WHERE device_fingerprint IS NOT NULL
    WINDOW device AS (PARTITION BY device_fingerprint ORDER BY occurred_at, id)
) AS click GROUP BY 1, 2;

INSERT INTO rollup_referrer_days (day, referrer_id, clicks, conversions)
SELECT (occurred_at AT TIME ZONE 'UTC')::date, referrer_id, count(*) FILTER (WHERE type = 'click'),
       count(*) FILTER (WHERE type = 'conversion')
FROM events
WHERE referrer_id IS NOT NULL AND (type = 'conversion' OR (type = 'click' AND class IN ('human', 'duplicate')))
GROUP BY 1, 2;

INSERT INTO rollup_source_days (day, source, human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations)
SELECT (occurred_at AT TIME ZONE 'UTC')::date, coalesce(links.source, ''), count(*) FILTER (WHERE class = 'human'),
       count(*) FILTER (WHERE class = 'duplicate'), count(*) FILTER (WHERE class = 'bot'),
       count(*) FILTER (WHERE class = 'preview'), count(*) FILTER (WHERE class = 'prefetch'),
       count(*) FILTER (WHERE class = 'rejected'), count(*) FILTER (WHERE type = 'invite_sent'),
       count(*) FILTER (WHERE type = 'conversion'), count(*) FILTER (WHERE type = 'activation')
FROM events LEFT JOIN links ON links.id = link_id GROUP BY 1, 2;

INSERT INTO rollup_input_days (day, kind, shard, total, flagged, weight)
SELECT (created_at AT TIME ZONE 'UTC')::date, 'link', 0, count(*), count(first_clicked_at), 0 FROM links GROUP BY 1;

DROP VIEW clicks;

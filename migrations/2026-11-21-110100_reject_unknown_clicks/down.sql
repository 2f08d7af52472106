-- They count again, as they did before.
INSERT INTO rollup_source_days AS r
    (day, source, human, duplicate, bot, preview, prefetch, rejected, invites, conversions, activations)
SELECT (occurred_at AT TIME ZONE 'UTC')::date, '', 0, 0, 0, 0, 0, 0, 0, count(*), 0
FROM events WHERE reject_reason = 'unknown_click' GROUP BY 1
ON CONFLICT (day, source) DO UPDATE SET conversions = r.conversions + excluded.conversions;
UPDATE events SET reject_reason = NULL WHERE reject_reason = 'unknown_click';
ALTER TABLE events
    DROP CONSTRAINT events_reject_reason_check,
    ADD CONSTRAINT events_reject_reason_check CHECK (reject_reason IN (
        'forged', 'target_refused', 'disabled', 'expired', 'exhausted', 'blocked'));

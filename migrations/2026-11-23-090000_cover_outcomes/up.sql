-- Figures of growth read every invitation, conversion and activation of a window, and few of their columns: the index alone
-- answers, without the pages of the many clicks between them. Clicks are not in it and do not pay for it.
DROP INDEX idx_attribution_events_event_type;
CREATE INDEX idx_attribution_events_event_type ON events (type, occurred_at)
    INCLUDE (id, referrer_id, referee_id, link_id, reject_reason) WHERE type <> 'click';

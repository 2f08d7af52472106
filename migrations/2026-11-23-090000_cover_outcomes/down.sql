DROP INDEX idx_attribution_events_event_type;
CREATE INDEX idx_attribution_events_event_type ON events (type, occurred_at) WHERE type <> 'click';

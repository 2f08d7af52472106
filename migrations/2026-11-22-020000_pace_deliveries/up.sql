-- How many messages wait for a receiver's turn: not those that wait because an attempt failed.
DROP INDEX webhook_deliveries_pending_idx;
CREATE INDEX webhook_deliveries_untried_idx ON webhook_deliveries (endpoint_id) WHERE status = 'pending' AND tries = 0;

-- Those that wait are found when the receiver has a turn.
CREATE INDEX jobs_waiting_deliveries_idx ON jobs ((payload ->> 'endpoint'), run_at)
    WHERE state = 'waiting' AND kind = 'deliver_webhook';

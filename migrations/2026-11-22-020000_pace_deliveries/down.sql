DROP INDEX jobs_waiting_deliveries_idx;
DROP INDEX webhook_deliveries_untried_idx;
CREATE INDEX webhook_deliveries_pending_idx ON webhook_deliveries (endpoint_id) WHERE status = 'pending';

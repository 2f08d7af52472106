-- The more messages wait for a slow receiver, the longer each of them does.
CREATE INDEX webhook_deliveries_pending_idx ON webhook_deliveries (endpoint_id) WHERE status = 'pending';

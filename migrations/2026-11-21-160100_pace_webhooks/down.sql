ALTER TABLE webhook_endpoints DROP COLUMN is_quick;

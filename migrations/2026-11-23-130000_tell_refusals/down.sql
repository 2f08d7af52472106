ALTER TABLE consent_steps DROP COLUMN request_id;

ALTER TABLE consent_requests DROP COLUMN disowned_at;

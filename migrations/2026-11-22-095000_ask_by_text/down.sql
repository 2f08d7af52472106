DROP TABLE consent_texts;
ALTER TABLE consent_requests DROP COLUMN channel;

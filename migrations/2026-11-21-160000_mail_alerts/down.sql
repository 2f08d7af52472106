DROP TABLE alert_notices;
ALTER TABLE operators DROP COLUMN alert_emails;

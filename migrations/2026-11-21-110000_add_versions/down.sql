ALTER TABLE users DROP COLUMN version;
ALTER TABLE operators DROP COLUMN version;

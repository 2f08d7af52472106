-- The ETag of an operator and of a user: a change made from what was read is refused when somebody was faster.
ALTER TABLE operators ADD COLUMN version bigint NOT NULL DEFAULT 1;
ALTER TABLE users ADD COLUMN version bigint NOT NULL DEFAULT 1;

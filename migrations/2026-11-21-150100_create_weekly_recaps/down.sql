DROP TABLE recap_progress;
DROP TABLE weekly_recaps;
DROP INDEX users_parents_idx;
ALTER TABLE users DROP COLUMN weekly_recap;

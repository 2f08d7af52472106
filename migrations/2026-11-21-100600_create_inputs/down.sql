DROP TABLE opt_outs;
DROP TABLE study_sessions;
DROP TABLE pii_violations;
DROP TABLE progress_reels;
DROP TABLE parent_shares;

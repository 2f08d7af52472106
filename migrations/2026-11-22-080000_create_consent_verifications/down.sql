DROP INDEX emails_subject_key_idx;
DROP TABLE consent_reviews;
DROP TABLE consent_forms;
DROP TABLE consent_verifications;

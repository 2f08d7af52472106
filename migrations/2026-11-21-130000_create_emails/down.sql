DROP TABLE email_suppressions;
DROP TABLE emails;

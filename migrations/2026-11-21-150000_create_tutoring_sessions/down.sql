DROP INDEX study_sessions_participants_idx;
DROP INDEX study_sessions_host_time_idx;
DROP TABLE achievements;
DROP TABLE tutoring_sessions;

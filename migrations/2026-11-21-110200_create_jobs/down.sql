DROP TABLE schedule_slots;
DROP TABLE schedules;
DROP TABLE job_unique;
DROP TABLE job_queues;
DROP TABLE job_errors;
DROP TABLE jobs;

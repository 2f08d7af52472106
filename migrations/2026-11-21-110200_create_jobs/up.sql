-- Work that is done later, and the clock that asks for it. All times are the database's.

CREATE TABLE jobs (
    id uuid CONSTRAINT jobs_pkey PRIMARY KEY,
    kind text NOT NULL,
    queue text NOT NULL,
    -- Ids and options only, never personal data.
    payload jsonb NOT NULL,
    state text NOT NULL CONSTRAINT jobs_state_check CHECK (state IN ('waiting', 'running', 'succeeded', 'discarded', 'cancelled')),
    -- Least first.
    priority smallint NOT NULL CONSTRAINT jobs_priority_check CHECK (priority BETWEEN 0 AND 2),
    -- Only grows, also over a retry by an operator: with the worker it tells an attempt from all others.
    attempt integer NOT NULL DEFAULT 0,
    -- The attempt after which the job is discarded. Grows by an attempt given back, and by `max_attempts` with a retry.
    attempt_limit integer NOT NULL,
    max_attempts integer NOT NULL CONSTRAINT jobs_max_attempts_check CHECK (max_attempts > 0),
    created_at timestamptz NOT NULL,
    run_at timestamptz NOT NULL,
    started_at timestamptz,
    finished_at timestamptz,
    -- Who runs it, or ran it last.
    worker uuid,
    lease_until timestamptz,
    cancel_requested_at timestamptz,
    progress_done bigint,
    progress_total bigint,
    CONSTRAINT jobs_attempt_check CHECK (attempt BETWEEN 0 AND attempt_limit),
    CONSTRAINT jobs_lease_check CHECK ((state = 'running') = (lease_until IS NOT NULL) AND (state <> 'running' OR worker IS NOT NULL)),
    CONSTRAINT jobs_finished_check CHECK ((state IN ('succeeded', 'discarded', 'cancelled')) = (finished_at IS NOT NULL))
)
-- Every row is written three times and read while it is young.
WITH (fillfactor = 80, autovacuum_vacuum_scale_factor = 0.02, autovacuum_vacuum_insert_scale_factor = 0.1, autovacuum_analyze_scale_factor = 0.05);
-- What a worker claims next.
CREATE INDEX jobs_ready_idx ON jobs (queue, priority, run_at, id) WHERE state = 'waiting';
-- How many run in a queue, and whose lease has run out. Without the lease itself: prolonging it then touches no index.
CREATE INDEX jobs_lease_idx ON jobs (queue) WHERE state = 'running';
-- What is pruned.
CREATE INDEX jobs_finished_idx ON jobs (finished_at) WHERE state IN ('succeeded', 'discarded', 'cancelled');
-- What an operator looks for.
CREATE INDEX jobs_discarded_idx ON jobs (id) WHERE state = 'discarded';
CREATE INDEX jobs_cancelled_idx ON jobs (id) WHERE state = 'cancelled';

CREATE TABLE job_errors (
    job_id uuid NOT NULL CONSTRAINT job_errors_job_id_fkey REFERENCES jobs ON DELETE CASCADE,
    attempt integer NOT NULL,
    at timestamptz NOT NULL,
    worker uuid,
    message text NOT NULL,
    CONSTRAINT job_errors_pkey PRIMARY KEY (job_id, attempt)
);

CREATE TABLE job_queues (
    name text CONSTRAINT job_queues_pkey PRIMARY KEY,
    -- Most jobs that run at a time, over all workers.
    concurrency integer NOT NULL CONSTRAINT job_queues_concurrency_check CHECK (concurrency > 0),
    paused_at timestamptz,
    paused_by text
);
INSERT INTO job_queues (name, concurrency) VALUES
    ('default', 10), ('reports', 5), ('email', 10), ('webhooks', 20), ('batch', 50), ('sessions', 5), ('recaps', 2);

-- Which job holds a key, and until when: another one with it is not enqueued before.
CREATE TABLE job_unique (
    kind text NOT NULL,
    key text NOT NULL,
    until timestamptz NOT NULL,
    job_id uuid NOT NULL,
    CONSTRAINT job_unique_pkey PRIMARY KEY (kind, key)
);
CREATE INDEX job_unique_until_idx ON job_unique (until);

CREATE TABLE schedules (
    name text CONSTRAINT schedules_pkey PRIMARY KEY,
    -- Slots up to here are not made up for: the schedule did not exist yet, or was paused.
    counted_from timestamptz NOT NULL,
    paused_at timestamptz,
    paused_by text
);

-- One row a slot, whatever the number of nodes: whoever inserts it enqueues the job.
CREATE TABLE schedule_slots (
    schedule text NOT NULL,
    slot timestamptz NOT NULL,
    -- The job that was enqueued, or the earlier one that still waited and does for this slot too.
    job_id uuid NOT NULL,
    enqueued_at timestamptz NOT NULL,
    CONSTRAINT schedule_slots_pkey PRIMARY KEY (schedule, slot)
);

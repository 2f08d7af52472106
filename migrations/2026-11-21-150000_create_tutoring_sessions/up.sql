-- Tutoring sessions and what students achieved, as the platform reports them. Texts are stored redacted.

CREATE TABLE tutoring_sessions (
    id uuid CONSTRAINT tutoring_sessions_pkey PRIMARY KEY,
    -- The platform's own id: reporting it again replaces what was reported before.
    external_id text NOT NULL CONSTRAINT tutoring_sessions_external_id_key UNIQUE,
    tutor_id uuid NOT NULL CONSTRAINT tutoring_sessions_tutor_id_fkey REFERENCES users,
    student_id uuid NOT NULL CONSTRAINT tutoring_sessions_student_id_fkey REFERENCES users,
    subject text NOT NULL,
    topic text,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    minutes integer NOT NULL CONSTRAINT tutoring_sessions_minutes_check CHECK (minutes BETWEEN 0 AND 1440),
    rating smallint CONSTRAINT tutoring_sessions_rating_check CHECK (rating BETWEEN 1 AND 5),
    -- Percentage points, by the platform's own measure.
    improvement double precision CONSTRAINT tutoring_sessions_improvement_check CHECK (improvement BETWEEN -100 AND 100),
    feedback text,
    skills text[] NOT NULL,
    highlights text[] NOT NULL,
    next_steps text[] NOT NULL,
    -- Findings of personal information, which were redacted.
    violations integer NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT tutoring_sessions_times_check CHECK (started_at <= ended_at),
    CONSTRAINT tutoring_sessions_people_check CHECK (tutor_id <> student_id)
);
CREATE INDEX tutoring_sessions_student_time_idx ON tutoring_sessions (student_id, started_at, id);
CREATE INDEX tutoring_sessions_tutor_time_idx ON tutoring_sessions (tutor_id, started_at, id);
CREATE INDEX tutoring_sessions_started_at_idx ON tutoring_sessions (started_at, id);

CREATE TABLE achievements (
    id uuid CONSTRAINT achievements_pkey PRIMARY KEY,
    student_id uuid NOT NULL CONSTRAINT achievements_student_id_fkey REFERENCES users,
    kind text NOT NULL,
    name text NOT NULL,
    earned_at timestamptz NOT NULL,
    violations integer NOT NULL,
    created_at timestamptz NOT NULL,
    -- One is earned once at a time: reporting it again changes its name at most.
    CONSTRAINT achievements_student_kind_time_key UNIQUE (student_id, kind, earned_at)
);
CREATE INDEX achievements_student_time_idx ON achievements (student_id, earned_at, id);
CREATE INDEX achievements_earned_at_idx ON achievements (earned_at, id);

-- Days on which a student studied with others count for the streak too.
CREATE INDEX study_sessions_host_time_idx ON study_sessions (host_id, started_at);
CREATE INDEX study_sessions_participants_idx ON study_sessions USING gin (participant_ids);

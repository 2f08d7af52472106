-- What children did in a week, for their parents.

-- Whether a parent wants the weekly recap by mail.
ALTER TABLE users ADD COLUMN weekly_recap boolean NOT NULL DEFAULT true;
CREATE INDEX users_parents_idx ON users (id) WHERE persona = 'parent';

CREATE TABLE weekly_recaps (
    id uuid CONSTRAINT weekly_recaps_pkey PRIMARY KEY,
    parent_id uuid NOT NULL CONSTRAINT weekly_recaps_parent_id_fkey REFERENCES users,
    child_id uuid NOT NULL CONSTRAINT weekly_recaps_child_id_fkey REFERENCES users,
    -- The Monday; the week is one of the parent's time zone.
    week date NOT NULL CONSTRAINT weekly_recaps_week_check CHECK (extract(isodow FROM week) = 1),
    time_zone text NOT NULL,
    sessions integer NOT NULL CONSTRAINT weekly_recaps_sessions_check CHECK (sessions > 0),
    minutes integer NOT NULL,
    average_rating double precision,
    improvement double precision,
    streak_days integer NOT NULL,
    -- Lists of texts: subjects, skills, achievements, highlights, next_steps. No names.
    contents jsonb NOT NULL,
    -- The message in which it was sent last.
    email_id uuid,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE UNIQUE INDEX weekly_recaps_parent_week_unique_idx ON weekly_recaps (parent_id, week, child_id);
CREATE INDEX weekly_recaps_week_time_idx ON weekly_recaps (week, created_at, id);
CREATE INDEX weekly_recaps_child_idx ON weekly_recaps (child_id, created_at, id);
CREATE INDEX weekly_recaps_created_at_idx ON weekly_recaps (created_at, id);

-- The latest week that was done for a parent, with recaps or without: whoever advances it does the week.
CREATE TABLE recap_progress (
    parent_id uuid CONSTRAINT recap_progress_pkey PRIMARY KEY CONSTRAINT recap_progress_parent_id_fkey REFERENCES users ON DELETE CASCADE,
    week date NOT NULL
);

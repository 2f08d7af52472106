-- What users did on the platform: what retention is counted from. Times are the platform's.
CREATE TABLE activities (
    id uuid CONSTRAINT activities_pkey PRIMARY KEY,
    user_id uuid NOT NULL CONSTRAINT activities_user_id_fkey REFERENCES users,
    kind text NOT NULL,
    at timestamptz NOT NULL,
    properties jsonb,
    created_at timestamptz NOT NULL
);
-- Whether a user was active on a day.
CREATE INDEX activities_user_id_idx ON activities (user_id, at);
CREATE INDEX activities_at_idx ON activities (at);

-- Users of the weeks of cohorts, and how many had signed up before a day.
CREATE INDEX users_signed_up_at_idx ON users (signed_up_at) WHERE signed_up_at IS NOT NULL;
CREATE INDEX users_joined_at_idx ON users ((coalesce(signed_up_at, created_at)));

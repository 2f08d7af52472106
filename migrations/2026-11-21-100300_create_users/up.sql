-- People on the platform, known by its own external_id. Personal fields are ciphertexts; the hashes beside
-- them are keyed and serve exact search only.

CREATE TABLE users (
    id uuid CONSTRAINT users_pkey PRIMARY KEY,
    external_id text NOT NULL CONSTRAINT users_external_id_key UNIQUE,
    persona text CONSTRAINT users_persona_check CHECK (persona IN ('student', 'parent', 'tutor')),
    age_band text NOT NULL CONSTRAINT users_age_band_check CHECK (age_band IN ('under_13', '13_to_15', '16_17', 'adult', 'unknown')),
    band_until date,
    signed_up_at timestamptz,
    guardian_id uuid CONSTRAINT users_guardian_id_fkey REFERENCES users ON DELETE SET NULL,
    institution text,
    cohort text,
    grade text,
    name_cipher bytea,
    email_cipher bytea,
    email_hash bytea,
    phone_cipher bytea,
    phone_hash bytea,
    handle_cipher bytea,
    handle_hash bytea,
    locale text,
    time_zone text,
    preferences jsonb NOT NULL DEFAULT '{}',
    signals jsonb NOT NULL DEFAULT '{}',
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
CREATE INDEX users_created_at_idx ON users (created_at, id);
CREATE INDEX users_guardian_id_idx ON users (guardian_id) WHERE guardian_id IS NOT NULL;
CREATE INDEX users_email_hash_idx ON users (email_hash) WHERE email_hash IS NOT NULL;
CREATE INDEX users_institution_idx ON users (institution, created_at) WHERE institution IS NOT NULL;

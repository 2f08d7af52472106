-- How guardians show to be guardians by more than messages: at a provider, or by a signed form that two people look at.
CREATE TABLE consent_verifications (
    id uuid CONSTRAINT consent_verifications_pkey PRIMARY KEY,
    request_id uuid NOT NULL CONSTRAINT consent_verifications_request_id_fkey REFERENCES consent_requests,
    method text NOT NULL,
    provider text NOT NULL CONSTRAINT consent_verifications_provider_check CHECK (provider IN ('manual_review', 'hosted')),
    state text NOT NULL
        CONSTRAINT consent_verifications_state_check CHECK (state IN ('started', 'submitted', 'verified', 'failed', 'over')),
    -- The provider's name of it.
    reference text,
    -- The provider's page on which the guardian goes on.
    page_url text,
    -- SHA-256 of the notice as it was shown, and in which language.
    notice_hash bytea NOT NULL CONSTRAINT consent_verifications_notice_hash_check CHECK (octet_length(notice_hash) = 32),
    locale text NOT NULL CONSTRAINT consent_verifications_locale_check CHECK (locale IN ('en', 'de')),
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT consent_verifications_hosted_check CHECK ((provider = 'hosted') = (reference IS NOT NULL)),
    CONSTRAINT consent_verifications_page_check CHECK ((provider = 'hosted') = (page_url IS NOT NULL))
);
CREATE UNIQUE INDEX consent_verifications_one_open_idx ON consent_verifications (request_id)
    WHERE state IN ('started', 'submitted');
CREATE UNIQUE INDEX consent_verifications_reference_idx ON consent_verifications (reference) WHERE reference IS NOT NULL;
CREATE INDEX consent_verifications_request_idx ON consent_verifications (request_id, created_at);
CREATE INDEX consent_verifications_list_idx ON consent_verifications (state, created_at, id);
CREATE INDEX consent_verifications_created_at_idx ON consent_verifications (created_at, id);

-- Signed forms, sealed; gone a while after the decision. Their hash stays as evidence.
CREATE TABLE consent_forms (
    verification_id uuid CONSTRAINT consent_forms_pkey PRIMARY KEY
        CONSTRAINT consent_forms_verification_id_fkey REFERENCES consent_verifications,
    media_type text NOT NULL
        CONSTRAINT consent_forms_media_type_check CHECK (media_type IN ('application/pdf', 'image/jpeg', 'image/png')),
    sha256 bytea NOT NULL CONSTRAINT consent_forms_sha256_check CHECK (octet_length(sha256) = 32),
    size integer NOT NULL CONSTRAINT consent_forms_size_check CHECK (size > 0),
    content_cipher bytea,
    submitted_at timestamptz NOT NULL
);

-- What people found when they looked at a form: each once, and for good.
CREATE TABLE consent_reviews (
    verification_id uuid NOT NULL CONSTRAINT consent_reviews_verification_id_fkey REFERENCES consent_verifications,
    operator_id uuid NOT NULL CONSTRAINT consent_reviews_operator_id_fkey REFERENCES operators,
    verdict text NOT NULL CONSTRAINT consent_reviews_verdict_check CHECK (verdict IN ('approved', 'rejected')),
    at timestamptz NOT NULL,
    CONSTRAINT consent_reviews_pkey PRIMARY KEY (verification_id, operator_id)
);
CREATE INDEX consent_reviews_operator_idx ON consent_reviews (operator_id);

-- Messages about a request are erased by their subject.
CREATE INDEX emails_subject_key_idx ON emails (subject_key);

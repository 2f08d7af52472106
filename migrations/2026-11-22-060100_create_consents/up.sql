-- What guardians allow for their children, how they were asked, and how each consent came to be what it is.

CREATE TABLE consent_requests (
    id uuid CONSTRAINT consent_requests_pkey PRIMARY KEY,
    child_id uuid NOT NULL CONSTRAINT consent_requests_child_id_fkey REFERENCES users,
    guardian_id uuid NOT NULL CONSTRAINT consent_requests_guardian_id_fkey REFERENCES users,
    notice_id uuid NOT NULL CONSTRAINT consent_requests_notice_id_fkey REFERENCES notices,
    locale text NOT NULL CONSTRAINT consent_requests_locale_check CHECK (locale IN ('en', 'de')),
    -- Address of the guardian, sealed; gone once it is not needed any more.
    contact_cipher bytea,
    -- Keyed hash of it: who says not to be the guardian is not asked again.
    contact_hash bytea NOT NULL,
    until timestamptz NOT NULL,
    -- Not before, the second step of a consent by messages.
    confirm_from timestamptz,
    reminded_at timestamptz,
    confirm_sent_at timestamptz,
    -- When nothing of it was pending any more.
    closed_at timestamptz,
    created_at timestamptz NOT NULL
);
CREATE INDEX consent_requests_child_idx ON consent_requests (child_id, created_at);
CREATE INDEX consent_requests_contact_hash_idx ON consent_requests (contact_hash, created_at);
CREATE INDEX consent_requests_guardian_idx ON consent_requests (guardian_id);
CREATE INDEX consent_requests_notice_idx ON consent_requests (notice_id);
CREATE INDEX consent_requests_open_idx ON consent_requests (until, id) WHERE closed_at IS NULL;
CREATE INDEX consent_requests_contact_idx ON consent_requests (closed_at) WHERE contact_cipher IS NOT NULL;

CREATE TABLE consents (
    id uuid CONSTRAINT consents_pkey PRIMARY KEY,
    child_id uuid NOT NULL CONSTRAINT consents_child_id_fkey REFERENCES users,
    -- None of what a school has authorised.
    guardian_id uuid CONSTRAINT consents_guardian_id_fkey REFERENCES users,
    institution text,
    scope text NOT NULL,
    notice_id uuid CONSTRAINT consents_notice_id_fkey REFERENCES notices,
    -- Under which it was asked for last.
    request_id uuid CONSTRAINT consents_request_id_fkey REFERENCES consent_requests,
    state text NOT NULL CONSTRAINT consents_state_check CHECK (state IN (
        'not_required', 'required', 'notice_sent', 'verifying', 'confirm_pending', 'active', 'denied', 'expired',
        'reconsent_required', 'suspended', 'revoked', 'deleting', 'deleted', 'school_authorised', 'aged_out')),
    method text,
    until timestamptz,
    confirm_from timestamptz,
    failures smallint NOT NULL CONSTRAINT consents_failures_check CHECK (failures BETWEEN 0 AND 3),
    evidence_method text,
    evidence_transaction text,
    evidence_locale text,
    -- SHA-256 of the notice as it was shown.
    evidence_notice_hash bytea CONSTRAINT consents_evidence_hash_check CHECK (octet_length(evidence_notice_hash) = 32),
    evidence_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL,
    CONSTRAINT consents_one_party_check CHECK ((guardian_id IS NULL) = (institution IS NOT NULL)),
    CONSTRAINT consents_one_unique UNIQUE NULLS NOT DISTINCT (child_id, guardian_id, institution, scope, notice_id),
    -- Nothing is in force that a guardian has not proved, and nothing is pending for ever.
    CONSTRAINT consents_active_proved_check CHECK (state <> 'active' OR evidence_at IS NOT NULL),
    CONSTRAINT consents_pending_ends_check CHECK (
        (state IN ('notice_sent', 'verifying', 'confirm_pending')) = (until IS NOT NULL)),
    CONSTRAINT consents_weak_method_check CHECK (
        state <> 'active' OR evidence_method NOT IN ('email_plus', 'text_plus') OR scope IN ('core_use', 'progress_reel_to_parent')),
    CONSTRAINT consents_school_check CHECK (
        state <> 'school_authorised' OR (institution IS NOT NULL AND scope = 'core_use')),
    CONSTRAINT consents_evidence_check CHECK (
        num_nulls(evidence_method, evidence_transaction, evidence_locale, evidence_notice_hash, evidence_at) IN (0, 5))
);
CREATE INDEX consents_guardian_idx ON consents (guardian_id) WHERE guardian_id IS NOT NULL;
CREATE INDEX consents_request_idx ON consents (request_id) WHERE request_id IS NOT NULL;
CREATE INDEX consents_notice_idx ON consents (notice_id) WHERE notice_id IS NOT NULL;
CREATE INDEX consents_state_idx ON consents (state, created_at, id);
CREATE INDEX consents_created_at_idx ON consents (created_at, id);
CREATE INDEX consents_until_idx ON consents (until) WHERE until IS NOT NULL;

-- The life of each consent, step by step; it only grows.
CREATE TABLE consent_steps (
    consent_id uuid NOT NULL CONSTRAINT consent_steps_consent_id_fkey REFERENCES consents,
    number bigint NOT NULL,
    at timestamptz NOT NULL,
    event text NOT NULL,
    from_state text NOT NULL,
    to_state text NOT NULL,
    -- `guardian`, `operator`, `api_key` or `system`.
    actor_kind text NOT NULL,
    actor_id uuid,
    CONSTRAINT consent_steps_pkey PRIMARY KEY (consent_id, number)
);
CREATE FUNCTION refuse_consent_step_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'consent_steps is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER consent_steps_append_only BEFORE UPDATE OR DELETE ON consent_steps
    FOR EACH ROW EXECUTE FUNCTION refuse_consent_step_change();

-- Which guardians' answers changed, in the order in which that was committed: nodes that remember answers read on from
-- where they are. The counter is locked until its transaction ends, which makes the order that of the commits.
CREATE TABLE consent_epoch (
    only_row boolean NOT NULL DEFAULT true CONSTRAINT consent_epoch_pkey PRIMARY KEY CONSTRAINT consent_epoch_only_row_check CHECK (only_row),
    epoch bigint NOT NULL
);
INSERT INTO consent_epoch (epoch) VALUES (0);
CREATE TABLE consent_changes (
    epoch bigint NOT NULL,
    child_id uuid NOT NULL,
    at timestamptz NOT NULL,
    CONSTRAINT consent_changes_pkey PRIMARY KEY (epoch, child_id)
);
CREATE INDEX consent_changes_at_idx ON consent_changes (at);

-- Addresses whose owners said not to be the guardian, as keyed hashes alone.
CREATE TABLE consent_suppressions (
    contact_hash bytea CONSTRAINT consent_suppressions_pkey PRIMARY KEY,
    created_at timestamptz NOT NULL
);

-- Guardians act on pages of ours.
ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_actor_kind_check;
ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_actor_kind_check
    CHECK (actor_kind IN ('operator', 'api_key', 'guardian', 'system'));

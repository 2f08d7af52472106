-- Who got an education record outside, and why (34 CFR 99.32): one row a disclosure, added and never changed.

CREATE TABLE disclosures (
    id uuid CONSTRAINT disclosures_pkey PRIMARY KEY,
    student_id uuid NOT NULL CONSTRAINT disclosures_student_id_fkey REFERENCES users,
    -- The student's at the time; exports are a school's.
    institution text,
    -- The recipient's name as consents have it.
    recipient text,
    record_class text NOT NULL,
    basis text NOT NULL,
    -- The consent it rests on, where one was needed.
    consent_id uuid CONSTRAINT disclosures_consent_id_fkey REFERENCES consents,
    -- Party and legitimate interest, encrypted with the student's key; gone with the student.
    texts_cipher bytea,
    disclosed_at timestamptz NOT NULL,
    created_at timestamptz NOT NULL
);
CREATE INDEX disclosures_disclosed_at_idx ON disclosures (disclosed_at, id);
CREATE INDEX disclosures_student_idx ON disclosures (student_id, disclosed_at, id);
CREATE INDEX disclosures_institution_idx ON disclosures (institution, disclosed_at, id);
CREATE INDEX disclosures_consent_idx ON disclosures (consent_id) WHERE consent_id IS NOT NULL;

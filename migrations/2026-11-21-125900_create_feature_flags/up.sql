-- Switches of whole features.

CREATE TABLE feature_flags (
    key text CONSTRAINT feature_flags_pkey PRIMARY KEY,
    enabled boolean NOT NULL,
    -- Grows with each change; also the ETag.
    version bigint NOT NULL DEFAULT 1,
    updated_at timestamptz,
    updated_by uuid
);
INSERT INTO feature_flags (key, enabled) VALUES ('dashboard', true), ('reports', true), ('email_delivery', true);

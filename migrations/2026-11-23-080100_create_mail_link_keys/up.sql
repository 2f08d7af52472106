-- What authenticates the links in mail that was sent under former keys of personal data, so that these links go on working
-- when the former key is gone. Sealed under the current key, and good for nothing but links.
CREATE TABLE mail_link_keys (
    -- Made from the former key: the same key is kept once.
    id uuid NOT NULL,
    sealed bytea NOT NULL,
    replaced_at timestamptz NOT NULL,
    CONSTRAINT mail_link_keys_pkey PRIMARY KEY (id)
);

-- What guardians are told before they consent. A published version never changes: consents name it.

CREATE TABLE notices (
    id uuid CONSTRAINT notices_pkey PRIMARY KEY,
    number integer NOT NULL CONSTRAINT notices_number_key UNIQUE CONSTRAINT notices_number_check CHECK (number > 0),
    -- Whether consents to earlier versions do not cover this one.
    is_material boolean NOT NULL,
    published_at timestamptz,
    version bigint NOT NULL,
    created_at timestamptz NOT NULL,
    updated_at timestamptz NOT NULL
);
-- One draft at a time.
CREATE UNIQUE INDEX notices_draft_unique_idx ON notices ((true)) WHERE published_at IS NULL;

CREATE TABLE notice_texts (
    notice_id uuid NOT NULL CONSTRAINT notice_texts_notice_id_fkey REFERENCES notices ON DELETE CASCADE,
    locale text NOT NULL CONSTRAINT notice_texts_locale_check CHECK (locale IN ('en', 'de')),
    -- Markdown, as written.
    body text NOT NULL,
    CONSTRAINT notice_texts_pkey PRIMARY KEY (notice_id, locale)
);

CREATE FUNCTION refuse_notice_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a published notice does not change' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER notices_published_stays BEFORE UPDATE OR DELETE ON notices
    FOR EACH ROW WHEN (OLD.published_at IS NOT NULL) EXECUTE FUNCTION refuse_notice_change();

CREATE FUNCTION refuse_published_text_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (SELECT FROM notices WHERE id = coalesce(NEW.notice_id, OLD.notice_id) AND published_at IS NOT NULL) THEN
        RAISE EXCEPTION 'a published notice does not change' USING ERRCODE = 'integrity_constraint_violation';
    END IF;
    RETURN coalesce(NEW, OLD);
END
$$;
CREATE TRIGGER notice_texts_published_stay BEFORE INSERT OR UPDATE OR DELETE ON notice_texts
    FOR EACH ROW EXECUTE FUNCTION refuse_published_text_change();

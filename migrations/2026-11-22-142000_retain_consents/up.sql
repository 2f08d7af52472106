-- Consents that ended long ago are removed, with all that came with them. Their steps go with the consent alone.

ALTER TABLE consent_steps DROP CONSTRAINT consent_steps_consent_id_fkey,
    ADD CONSTRAINT consent_steps_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES consents ON DELETE CASCADE;
CREATE OR REPLACE FUNCTION refuse_consent_step_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' AND NOT EXISTS (SELECT FROM consents WHERE id = OLD.consent_id) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'consent_steps is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
ALTER TABLE consent_texts DROP CONSTRAINT consent_texts_request_id_fkey,
    ADD CONSTRAINT consent_texts_request_id_fkey FOREIGN KEY (request_id) REFERENCES consent_requests ON DELETE CASCADE;
ALTER TABLE consent_verifications DROP CONSTRAINT consent_verifications_request_id_fkey,
    ADD CONSTRAINT consent_verifications_request_id_fkey FOREIGN KEY (request_id) REFERENCES consent_requests ON DELETE CASCADE;
ALTER TABLE consent_forms DROP CONSTRAINT consent_forms_verification_id_fkey,
    ADD CONSTRAINT consent_forms_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES consent_verifications
        ON DELETE CASCADE;
ALTER TABLE consent_reviews DROP CONSTRAINT consent_reviews_verification_id_fkey,
    ADD CONSTRAINT consent_reviews_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES consent_verifications
        ON DELETE CASCADE;

ALTER TABLE consent_reviews DROP CONSTRAINT consent_reviews_verification_id_fkey,
    ADD CONSTRAINT consent_reviews_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES consent_verifications;
ALTER TABLE consent_forms DROP CONSTRAINT consent_forms_verification_id_fkey,
    ADD CONSTRAINT consent_forms_verification_id_fkey FOREIGN KEY (verification_id) REFERENCES consent_verifications;
ALTER TABLE consent_verifications DROP CONSTRAINT consent_verifications_request_id_fkey,
    ADD CONSTRAINT consent_verifications_request_id_fkey FOREIGN KEY (request_id) REFERENCES consent_requests;
ALTER TABLE consent_texts DROP CONSTRAINT consent_texts_request_id_fkey,
    ADD CONSTRAINT consent_texts_request_id_fkey FOREIGN KEY (request_id) REFERENCES consent_requests;
CREATE OR REPLACE FUNCTION refuse_consent_step_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'consent_steps is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
ALTER TABLE consent_steps DROP CONSTRAINT consent_steps_consent_id_fkey,
    ADD CONSTRAINT consent_steps_consent_id_fkey FOREIGN KEY (consent_id) REFERENCES consents;

-- Which request a step was taken in: a refusal binds the contact that it came from, also once the same is asked elsewhere.
ALTER TABLE consent_steps ADD COLUMN request_id uuid;
CREATE INDEX consent_steps_request_idx ON consent_steps (request_id) WHERE request_id IS NOT NULL;

-- The first of two steps proves nothing, whatever ended the question: only what was allowed at some time keeps its proof.
UPDATE consents c SET evidence_method = NULL, evidence_transaction = NULL, evidence_locale = NULL, evidence_notice_hash = NULL,
    evidence_at = NULL
WHERE c.evidence_at IS NOT NULL AND c.state IN ('aged_out', 'deleting', 'deleted', 'required')
  AND NOT EXISTS (SELECT FROM consent_steps s WHERE s.consent_id = c.id AND s.to_state = 'active');

-- Verifications of questions that are not asked any more, such as of people who were erased, are over.
UPDATE consent_verifications v SET state = 'over', updated_at = now()
WHERE state IN ('started', 'submitted')
  AND NOT EXISTS (SELECT FROM consents c WHERE c.request_id = v.request_id AND c.state = 'verifying');

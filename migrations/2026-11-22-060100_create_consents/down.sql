DROP TABLE consent_suppressions;
DROP TABLE consent_changes;
DROP TABLE consent_epoch;
DROP TABLE consent_steps;
DROP FUNCTION refuse_consent_step_change;
DROP TABLE consents;
DROP TABLE consent_requests;
ALTER TABLE audit_entries DROP CONSTRAINT audit_entries_actor_kind_check;
ALTER TABLE audit_entries ADD CONSTRAINT audit_entries_actor_kind_check
    CHECK (actor_kind IN ('operator', 'api_key', 'system')) NOT VALID;

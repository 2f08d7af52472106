DROP INDEX audit_entries_request_idx;
DROP INDEX audit_entries_actor_idx;
DROP INDEX audit_entries_actor_kind_idx;
DROP INDEX audit_entries_object_idx;
DROP INDEX audit_entries_object_kind_idx;
DROP INDEX audit_entries_action_idx;
CREATE INDEX audit_entries_object_idx ON audit_entries (object_kind, object_id, at);

DROP TRIGGER audit_entries_queue ON audit_entries;
DROP TRIGGER audit_entries_pruning ON audit_entries;
DROP TRIGGER audit_entries_append_only ON audit_entries;
DROP TABLE audit_heads;
DROP TABLE audit_unsealed;
DROP TABLE audit_leaves;
DROP FUNCTION guard_audit_pruning;
DROP FUNCTION queue_audit_entries;
CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE OR DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
ALTER TABLE audit_entries DROP COLUMN mac;

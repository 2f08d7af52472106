-- The audit trail becomes tamper-evident: every entry gets a MAC when it is written and a leaf when it is sealed. Leaves
-- stay when entries are pruned, so that every proof still holds.

ALTER TABLE audit_entries ADD COLUMN mac bytea;

CREATE TABLE audit_leaves (
    seq bigint CONSTRAINT audit_leaves_pkey PRIMARY KEY CONSTRAINT audit_leaves_seq_check CHECK (seq >= 0),
    entry_id uuid NOT NULL CONSTRAINT audit_leaves_entry_id_key UNIQUE,
    sealed_as text NOT NULL
        CONSTRAINT audit_leaves_sealed_as_check CHECK (sealed_as IN ('intact', 'changed', 'vanished', 'unprotected')),
    entry_hash bytea NOT NULL CONSTRAINT audit_leaves_entry_hash_check CHECK (length(entry_hash) = 32),
    chain_hash bytea NOT NULL CONSTRAINT audit_leaves_chain_hash_check CHECK (length(chain_hash) = 32),
    subtrees bytea NOT NULL CONSTRAINT audit_leaves_subtrees_check CHECK (length(subtrees) % 32 = 0),
    mac bytea NOT NULL
);

-- Which entries have no leaf yet. A queue and not an order: an entry whose transaction commits late is in it from then on.
CREATE TABLE audit_unsealed (
    entry_id uuid CONSTRAINT audit_unsealed_pkey PRIMARY KEY
);
INSERT INTO audit_unsealed (entry_id) SELECT id FROM audit_entries;

CREATE FUNCTION queue_audit_entries() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO audit_unsealed (entry_id) SELECT id FROM added;
    RETURN NULL;
END
$$;
CREATE TRIGGER audit_entries_queue AFTER INSERT ON audit_entries
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION queue_audit_entries();

CREATE TABLE audit_heads (
    -- That of the entry that tells of the head.
    id uuid CONSTRAINT audit_heads_pkey PRIMARY KEY,
    made_at timestamptz NOT NULL,
    tree_size bigint NOT NULL CONSTRAINT audit_heads_tree_size_key UNIQUE
        CONSTRAINT audit_heads_tree_size_check CHECK (tree_size >= 0),
    note text NOT NULL
);
CREATE INDEX audit_heads_made_at_idx ON audit_heads (made_at, id);

CREATE OR REPLACE FUNCTION refuse_audit_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'integrity_constraint_violation';
END
$$;

-- The one door for pruning: inside a transaction that sets viral_engine.prune_audit_before to a leaf's number, entries
-- that are sealed before it can be removed. It keeps out accidents; that nobody else uses it is what verification tells.
CREATE FUNCTION guard_audit_pruning() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    border bigint := nullif(current_setting('viral_engine.prune_audit_before', true), '')::bigint;
BEGIN
    IF border IS NOT NULL
        AND EXISTS (SELECT FROM audit_leaves WHERE entry_id = OLD.id AND seq < border) THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'audit_entries is append-only' USING ERRCODE = 'integrity_constraint_violation';
END
$$;
DROP TRIGGER audit_entries_append_only ON audit_entries;
CREATE TRIGGER audit_entries_append_only BEFORE UPDATE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_entries_pruning BEFORE DELETE ON audit_entries
    FOR EACH ROW EXECUTE FUNCTION guard_audit_pruning();
CREATE TRIGGER audit_leaves_append_only BEFORE UPDATE OR DELETE ON audit_leaves
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_leaves_no_truncate BEFORE TRUNCATE ON audit_leaves
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_heads_append_only BEFORE UPDATE OR DELETE ON audit_heads
    FOR EACH ROW EXECUTE FUNCTION refuse_audit_change();
CREATE TRIGGER audit_heads_no_truncate BEFORE TRUNCATE ON audit_heads
    FOR EACH STATEMENT EXECUTE FUNCTION refuse_audit_change();

-- One for each way to search, in the order of the list.
DROP INDEX audit_entries_object_idx;
CREATE INDEX audit_entries_action_idx ON audit_entries (action, at, id);
CREATE INDEX audit_entries_object_kind_idx ON audit_entries (object_kind, at, id);
CREATE INDEX audit_entries_object_idx ON audit_entries (object_id, at, id);
CREATE INDEX audit_entries_actor_kind_idx ON audit_entries (actor_kind, at, id);
CREATE INDEX audit_entries_actor_idx ON audit_entries (actor_id, at, id) WHERE actor_id IS NOT NULL;
CREATE INDEX audit_entries_request_idx ON audit_entries (request_id, at, id) WHERE request_id IS NOT NULL;

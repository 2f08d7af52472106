//! Texts of the audit trail.

use viral_engine_api_types::audit::ActorKind;

use super::plural;
use crate::i18n::catalogue::Audit;

pub const AUDIT: Audit = Audit {
    proof: "Was it changed?",
    proof_help: "Every entry is sealed within a second or so: it gets a number and a hash that covers all before it. Verifying looks at every entry, at the chain and the tree of hashes, and at every signed head.",
    size: "Sealed entries",
    unsealed: "Waiting to be sealed",
    last_head: "Latest signed head",
    no_head: "none yet",
    head_of: |size| format!("of {size} entries"),
    public_key: "Public key",
    retention: "Contents are kept for",
    days: |days| plural(days, "day", "days"),
    verify: "Verify",
    verifying: "Verifying",
    verified_of: |done, size| format!("{done} of {size}"),
    export: "Export",
    intact: "Nobody changed it.",
    tampered: |found| {
        plural(
            found,
            "finding: it was tampered with.",
            "findings: it was tampered with.",
        )
    },
    extent: |leaves, pruned, heads| {
        format!("{leaves} entries, {pruned} of them pruned; {heads} signed heads hold.")
    },
    findings: "Findings",
    at_seq: |seq| format!("Entry {seq}"),
    at_seqs: |from, to| format!("Entries {from} to {to}"),
    at_head: |size| format!("Head of {size}"),
    entries: "Entries",
    entries_help: "Newest first. Every write has one, made in the same transaction, without personal data or secrets.",
    entry: "Entry",
    action: "Action",
    object: "Object",
    object_kind: "Kind of object",
    object_id: "Id of the object",
    actor: "By",
    actor_kind: |kind| match kind {
        ActorKind::Operator => "operator",
        ActorKind::ApiKey => "API key",
        ActorKind::Guardian => "guardian",
        ActorKind::System => "the engine",
    },
    actor_id: "Id of the actor",
    request: "Request",
    from: "From (UTC)",
    until: "Until (UTC)",
    network: "Network",
    at: "When",
    seq: "Number",
    sealed_as: |seq| format!("{seq}, sealed"),
    waits: "waits to be sealed",
    id: "Id",
    changes: "Changes",
    empty_title: "No entries",
    empty_detail: "Every write leaves an entry: who did what to which object. The first appears with the first link, setting or operator.",
    none_match_title: "No entry matches",
    none_match_detail: "Words have to be whole: an action is the operation's name, such as create_link.",
    heads: "Signed heads",
    heads_help: "A head vouches for all entries before it. One is made every day; keep them where nobody who has the database can reach them.",
    no_heads_title: "No head was signed",
    no_heads_detail: "One is made every day at 00:05 UTC. Sign one now to keep it elsewhere.",
    sign: "Sign now",
    signed: "The trail is signed.",
    made: "Signed",
    root: "Root",
    download: "Download",
    download_head: |size| format!("Download the head of {size} entries"),
};

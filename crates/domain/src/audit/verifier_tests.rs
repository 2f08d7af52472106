//! Trails in memory, sealed as the engine seals them, and what becomes of them when somebody lays hands on them.

use chrono::{DateTime, TimeDelta};

use super::super::keys::tests::keys;
use uuid::Uuid;

use super::*;

/// An entry that owns its texts.
#[derive(Clone)]
struct Owned {
    id: Uuid,
    micros: i64,
    action: String,
    object_id: String,
    changes: String,
    mac: Vec<u8>,
}

impl Owned {
    fn numbered(number: u64) -> Self {
        Self {
            id: Uuid::from_u128(u128::from(number) + 1),
            micros: 1_773_662_400_000_000 + number as i64,
            action: "create_link".to_owned(),
            object_id: format!("link-{number}"),
            changes: format!("{{\"number\": {number}}}"),
            mac: Vec::new(),
        }
    }

    fn entry(&self) -> Entry<'_> {
        Entry {
            id: self.id,
            at: DateTime::UNIX_EPOCH + TimeDelta::microseconds(self.micros),
            actor_kind: "system",
            actor_id: None,
            action: &self.action,
            object_kind: "link",
            object_id: &self.object_id,
            changes: &self.changes,
            request_id: None,
            ip_prefix: None,
        }
    }
}

#[derive(Clone)]
struct Sealed {
    leaf: Leaf,
    chain_hash: Hash,
    subtrees: Vec<u8>,
    mac: Vec<u8>,
    entry: Option<Owned>,
}

/// Seals entries, each as what is said.
fn seal(entries: Vec<(Owned, SealedAs)>, keys: &AuditKeys) -> Vec<Sealed> {
    let (mut tree, mut chain) = (Frontier::default(), CHAIN_START);
    let one = |(mut entry, sealed_as): (Owned, SealedAs)| {
        entry.mac = keys.protect_entry(&entry.entry()).unwrap().to_vec();
        let leaf = Leaf {
            seq: tree.size(),
            entry_id: entry.id,
            sealed_as,
            entry_hash: match sealed_as {
                SealedAs::Vanished => Leaf::hash_of_nothing(),
                _ => entry.entry().hash().unwrap(),
            },
        };
        let mac = keys.protect_leaf(&leaf, &chain).to_vec();
        chain = next_in_chain(&chain, &leaf.hash());
        Sealed {
            leaf,
            chain_hash: chain,
            subtrees: tree.push(leaf.hash()).concat(),
            mac,
            entry: Some(entry),
        }
    };
    entries.into_iter().map(one).collect()
}

fn trail(count: u64) -> Vec<Sealed> {
    let entries = (0..count).map(|n| (Owned::numbered(n), SealedAs::Intact));
    seal(entries.collect(), &keys(1))
}

fn head_of(trail: &[Sealed]) -> SignedHead {
    let mut tree = Frontier::default();
    for sealed in trail {
        tree.push(sealed.leaf.hash());
    }
    keys(1).sign(tree.size(), tree.root())
}

fn feed(verifier: &mut Verifier<'_>, trail: &[Sealed], in_database: bool) {
    for sealed in trail {
        verifier.leaf(&LeafRecord {
            leaf: sealed.leaf,
            chain_hash: sealed.chain_hash,
            subtrees: in_database.then_some(&sealed.subtrees[..]),
            mac: in_database.then_some(&sealed.mac[..]),
            entry: sealed.entry.as_ref().map(|entry| StoredEntry {
                entry: entry.entry(),
                mac: in_database.then_some(&entry.mac[..]),
            }),
        });
    }
}

/// Findings of a whole trail as `fault seq head`.
fn findings(trail: &[Sealed], heads: &[SignedHead], secret: Option<&AuditKeys>) -> Vec<String> {
    let mut verifier = Verifier::new(secret);
    for head in heads {
        verifier.add_head(head, keys(1).public());
    }
    feed(&mut verifier, trail, secret.is_some());
    verifier.finish(None);
    let short = |finding: Finding| {
        let (line, _) = finding
            .to_string()
            .split_once(": ")
            .map(|(a, b)| (a.to_owned(), b.to_owned()))
            .unwrap();
        line.split(" entry ").next().unwrap().to_owned()
    };
    verifier.take_findings().into_iter().map(short).collect()
}

#[test]
fn a_trail_that_nobody_touched_is_fine() {
    let trail = trail(37);
    let heads: Vec<SignedHead> = [0, 1, 2, 7, 8, 36, 37].map(|n| head_of(&trail[..n])).into();
    let mut verifier = Verifier::new(None);
    for head in &heads {
        verifier.add_head(head, keys(1).public());
    }
    feed(&mut verifier, &trail, false);
    let outcome = verifier.finish(Some(37));
    assert_eq!(verifier.take_findings(), []);
    assert_eq!(
        (outcome.size, outcome.leaves, outcome.heads_held),
        (37, 37, 7)
    );
    assert_eq!(outcome.root, Some(heads[6].head().root));
    assert!(findings(&trail, &heads, Some(&keys(1))).is_empty());
}

#[test]
fn a_part_is_verified_from_the_edge_of_what_is_before_it() {
    let trail = trail(37);
    let mut tree = Frontier::default();
    for sealed in &trail[..20] {
        tree.push(sealed.leaf.hash());
    }
    let secret = keys(1);
    let last = Some(SealedAs::Intact);
    let mut verifier = Verifier::behind(tree, trail[19].chain_hash, last, Some(&secret));
    for size in [7, 20, 30, 37] {
        verifier.add_head(&head_of(&trail[..size]), keys(1).public());
    }
    feed(&mut verifier, &trail[20..], true);
    let outcome = verifier.finish(None);
    assert_eq!(verifier.take_findings(), []);
    assert_eq!((outcome.heads_held, outcome.heads_before), (3, 1));
}

#[test]
fn a_changed_entry_is_named_and_nothing_else() {
    let mut trail = trail(10);
    let heads = [head_of(&trail)];
    trail[4].entry.as_mut().unwrap().object_id = "other".to_owned();
    assert_eq!(findings(&trail, &heads, None), ["entry_changed seq 4"]);
    assert_eq!(
        findings(&trail, &heads, Some(&keys(1))),
        ["entry_changed seq 4"]
    );
}

#[test]
fn contents_swapped_between_two_entries_are_named() {
    let mut trail = trail(10);
    let (left, right) = (trail[2].entry.clone(), trail[7].entry.clone());
    (trail[2].entry, trail[7].entry) = (right, left);
    assert_eq!(
        findings(&trail, &[], None),
        ["entry_changed seq 2", "entry_changed seq 7"]
    );
}

#[test]
fn a_changed_leaf_is_told_from_a_changed_entry() {
    let good = trail(10);
    let heads = [head_of(&good)];
    let mut trail = good.clone();
    trail[4].leaf.entry_hash[0] ^= 1;
    assert_eq!(findings(&trail, &heads, None), ["leaf_changed seq 4"]);
    let mut trail = good.clone();
    trail[4].leaf.sealed_as = SealedAs::Changed;
    let found = findings(&trail, &heads, None);
    assert!(
        found.contains(&"chain_changed seq 4".to_owned()),
        "{found:?}"
    );
    let mut trail = good.clone();
    trail[4].chain_hash[31] ^= 1;
    assert_eq!(findings(&trail, &heads, None), ["chain_changed seq 4"]);
    let mut trail = good;
    trail[3].subtrees[0] ^= 1;
    assert_eq!(
        findings(&trail, &heads, Some(&keys(1))),
        ["subtrees_changed seq 3"]
    );
    trail[3].subtrees[0] ^= 1;
    trail[6].mac[5] ^= 1;
    assert_eq!(
        findings(&trail, &heads, Some(&keys(1))),
        ["leaf_mac_changed seq 6"]
    );
    trail[6].mac[5] ^= 1;
    trail[6].entry.as_mut().unwrap().mac[5] ^= 1;
    assert_eq!(
        findings(&trail, &heads, Some(&keys(1))),
        ["entry_mac_changed seq 6"]
    );
}

#[test]
fn missing_leaves_are_named_and_heads_behind_them_do_not_hold() {
    let mut trail = trail(10);
    let heads = [head_of(&trail[..2]), head_of(&trail)];
    trail.drain(3..6);
    assert_eq!(
        findings(&trail, &heads, None),
        ["missing seq 3 to 5", "head_mismatch head 10"]
    );
}

#[test]
fn leaves_in_another_order_are_named() {
    let mut trail = trail(10);
    trail.swap(3, 4);
    assert_eq!(findings(&trail, &[], None), ["out_of_order seq 3"]);
    trail.swap(3, 4);
    let again = trail[2].clone();
    trail.push(again);
    assert_eq!(findings(&trail, &[], None), ["out_of_order seq 2"]);
}

#[test]
fn a_truncated_trail_is_found_by_a_head_and_by_the_exports_own_size() {
    let trail = trail(10);
    let heads = [head_of(&trail[..6]), head_of(&trail)];
    assert_eq!(
        findings(&trail[..8], &heads, None),
        ["truncated seq 8 head 10"]
    );
    let mut verifier = Verifier::new(None);
    feed(&mut verifier, &trail[..8], false);
    verifier.finish(Some(10));
    assert_eq!(verifier.take_findings()[0].fault, Fault::Truncated);
}

#[test]
fn only_a_head_or_the_secret_can_tell_a_history_that_was_written_anew() {
    let good = trail(20);
    let heads = [head_of(&good[..5]), head_of(&good[..12])];
    let mut entries: Vec<(Owned, SealedAs)> = good
        .iter()
        .map(|sealed| (sealed.entry.clone().unwrap(), SealedAs::Intact))
        .collect();
    entries[7].0.object_id = "other".to_owned();
    // Everything right, but for the secret.
    let forged = seal(entries, &keys(9));
    assert!(findings(&forged, &[], None).is_empty());
    assert_eq!(
        findings(&forged, &heads, None),
        ["head_mismatch seq 5 to 11 head 12"]
    );
    let found = findings(&forged, &[], Some(&keys(1)));
    assert!(
        found.contains(&"leaf_mac_changed seq 0".to_owned()),
        "{found:?}"
    );
}

#[test]
fn a_forged_head_is_told_from_a_forged_trail() {
    let good = trail(20);
    let unsigned = keys(2).sign(12, [0; 32]);
    let heads = [unsigned, head_of(&good)];
    assert_eq!(findings(&good, &heads, None), ["head_signature head 12"]);
    // With the key in the wrong hands only another head tells.
    let forged = keys(1).sign(12, [0; 32]);
    let heads = [forged, head_of(&good)];
    assert_eq!(findings(&good, &heads, None), ["head_wrong head 12"]);
}

#[test]
fn what_happened_before_sealing_stays_visible() {
    let kinds = [
        SealedAs::Unprotected,
        SealedAs::Unprotected,
        SealedAs::Intact,
        SealedAs::Changed,
        SealedAs::Vanished,
        SealedAs::Unprotected,
    ];
    let entries = (0..).map(Owned::numbered).zip(kinds).collect();
    let mut trail = seal(entries, &keys(1));
    trail[4].entry = None;
    assert_eq!(
        findings(&trail, &[], None),
        [
            "changed_before_sealing seq 3",
            "vanished_before_sealing seq 4",
            "unprotected seq 5",
        ]
    );
}

fn pruning(number: u64, before: u64) -> (Owned, SealedAs) {
    let entry = Owned {
        action: PRUNE_ACTION.to_owned(),
        changes: format!("{{\"before_seq\": {before}}}"),
        ..Owned::numbered(number)
    };
    (entry, SealedAs::Intact)
}

fn pruned(announced: u64, sealed_as: SealedAs) -> Vec<Sealed> {
    let mut entries: Vec<(Owned, SealedAs)> = (0..9)
        .map(|n| (Owned::numbered(n), SealedAs::Intact))
        .collect();
    entries.push((pruning(9, announced).0, sealed_as));
    let mut trail = seal(entries, &keys(1));
    for sealed in &mut trail[..5] {
        sealed.entry = None;
    }
    trail
}

#[test]
fn announced_pruning_keeps_every_proof() {
    let trail = pruned(5, SealedAs::Intact);
    let heads = [head_of(&trail[..3]), head_of(&trail)];
    assert!(findings(&trail, &heads, None).is_empty());
    assert!(findings(&trail, &heads, Some(&keys(1))).is_empty());
}

#[test]
fn contents_that_no_intact_announcement_covers_are_missed() {
    assert_eq!(
        findings(&pruned(3, SealedAs::Intact), &[], None),
        ["entry_missing seq 3 to 4"]
    );
    assert_eq!(
        findings(&pruned(5, SealedAs::Changed), &[], None),
        ["changed_before_sealing seq 9", "entry_missing seq 0 to 4"]
    );
}

#[test]
fn a_pruned_leaf_is_still_protected_in_every_part() {
    let good = pruned(5, SealedAs::Intact);
    let changes: [fn(&mut Leaf); 3] = [
        |leaf| leaf.entry_hash[0] ^= 1,
        |leaf| leaf.entry_id = Uuid::nil(),
        |leaf| leaf.sealed_as = SealedAs::Unprotected,
    ];
    for change in changes {
        let mut trail = good.clone();
        change(&mut trail[2].leaf);
        assert!(!findings(&trail, &[], None).is_empty());
    }
}

#[test]
fn a_leaf_far_beyond_takes_no_memory() {
    let mut trail = trail(3);
    trail[2].leaf.seq = u64::MAX - 1;
    let found = findings(&trail, &[], None);
    assert_eq!(found, [format!("missing seq 2 to {}", u64::MAX - 2)]);
}

#[test]
fn stretches_join_split_and_count() {
    let mut stretches = Stretches::default();
    for seq in [0, 1, 2, 5, 6] {
        assert_eq!(stretches.add(seq, seq), None);
    }
    assert_eq!(stretches.iter().collect::<Vec<_>>(), [(0, 2), (5, 6)]);
    assert_eq!(stretches.counted_before(6), 4);
    assert!(stretches.remove(1));
    assert!(!stretches.remove(1));
    assert_eq!(
        stretches.iter().collect::<Vec<_>>(),
        [(0, 0), (2, 2), (5, 6)]
    );
}

#[test]
fn what_can_not_be_read_stands_for_a_leaf() {
    let trail = trail(5);
    let mut verifier = Verifier::new(None);
    feed(&mut verifier, &trail[..2], false);
    verifier.unreadable(None, "line 4");
    feed(&mut verifier, &trail[3..], false);
    let outcome = verifier.finish(Some(5));
    let findings = verifier.take_findings();
    assert_eq!((findings.len(), findings[0].fault), (1, Fault::Unreadable));
    assert_eq!(
        (findings[0].seq, outcome.size, outcome.root),
        (Some(2), 5, None)
    );
}

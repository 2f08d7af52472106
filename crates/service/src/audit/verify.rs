//! Verifies the trail in the database, with the secrets at hand: leaves, chain, tree, heads, and the MACs that tell
//! also what was rewritten since the last head.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::audit::{
    AuditFinding, AuditVerdict, AuditVerification, VerifyAuditTrail,
};
use viral_engine_db::audit::{self as db, HeadRow, SealedRow};
use viral_engine_domain::audit::{
    AuditKeys, Fault, Finding, Outcome, PublicKey, SealedAs, SignedHead, Verifier,
};

use super::prune::announced_border;
use super::sealing::UNSEALED_COUNTED;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Leaves that are read at a time.
const BATCH: i64 = 2_000;
/// Leaves that one request looks at: a few seconds.
const PER_REQUEST: i64 = 50_000;
/// Findings that one request answers.
const SHOWN: usize = 200;
/// Entries outside of the trail that are named.
const STRAYS: i64 = 1_000;

/// Verifies a part of the trail, as much as one request may take.
///
/// # Errors
/// When the part begins behind the end; when the database refuses.
pub async fn verify_audit_trail(
    context: &Context,
    body: VerifyAuditTrail,
) -> ServiceResult<AuditVerification> {
    let mut conn = context.connection().await?;
    let mut part = Verification::begin(&mut conn, &context.keys.audit, body.from_seq).await?;
    let mut findings = Vec::new();
    while part.leaves < PER_REQUEST && part.step(&mut conn).await? {
        findings.append(&mut part.verifier.take_findings());
    }
    let outcome = part.end(&mut conn).await?;
    findings.append(&mut part.verifier.take_findings());
    let last = db::last_leaf(&mut conn).await?;
    Ok(AuditVerification {
        verdict: match findings.is_empty() {
            true => AuditVerdict::Intact,
            false => AuditVerdict::Tampered,
        },
        from_seq: body.from_seq,
        leaves: signed(outcome.leaves),
        pruned: signed(outcome.pruned),
        heads_held: signed(outcome.heads_held),
        unsealed: db::count_unsealed(&mut conn, UNSEALED_COUNTED).await?,
        tree_size: last.map_or(0, |last| last.seq + 1),
        next_seq: (!part.at_end).then_some(part.next),
        findings_total: signed(findings.len() as u64),
        findings: findings.into_iter().take(SHOWN).map(answer).collect(),
    })
}

/// Verifies the whole trail, also against heads that were kept elsewhere, and tells each finding. Heads may also be
/// signed by `public_keys`, such as a key that was in use before.
///
/// # Errors
/// When the database refuses.
pub async fn verify_whole_trail(
    context: &Context,
    heads: &[SignedHead],
    public_keys: &[PublicKey],
    tell: impl FnMut(Finding),
) -> ServiceResult<Outcome> {
    let mut conn = context.connection().await?;
    verify_stored_trail(&mut conn, &context.keys.audit, heads, public_keys, tell).await
}

/// The same on a connection.
///
/// # Errors
/// When the database refuses.
pub async fn verify_stored_trail(
    conn: &mut AsyncPgConnection,
    keys: &AuditKeys,
    heads: &[SignedHead],
    public_keys: &[PublicKey],
    mut tell: impl FnMut(Finding),
) -> ServiceResult<Outcome> {
    let mut whole = Verification::begin(conn, keys, 0).await?;
    whole.public_keys.extend_from_slice(public_keys);
    for head in heads {
        whole.verifier.add_head(head, &whole.public_keys);
    }
    while whole.step(conn).await? {
        whole
            .verifier
            .take_findings()
            .into_iter()
            .for_each(&mut tell);
    }
    let outcome = whole.end(conn).await?;
    whole.verifier.take_findings().into_iter().for_each(tell);
    Ok(outcome)
}

/// A verification under way.
struct Verification<'k> {
    verifier: Verifier<'k>,
    keys: &'k AuditKeys,
    public_keys: Vec<PublicKey>,
    next: i64,
    leaves: i64,
    at_end: bool,
}

impl<'k> Verification<'k> {
    async fn begin(
        conn: &mut AsyncPgConnection,
        keys: &'k AuditKeys,
        from: i64,
    ) -> ServiceResult<Self> {
        let last = db::last_leaf(conn).await?;
        if from > last.map_or(0, |last| last.seq + 1) {
            return Err(ServiceError::field(
                "/from_seq",
                "out_of_range",
                "The trail ends before this leaf.",
            ));
        }
        let mut begun = Self {
            verifier: behind(conn, keys, from).await?,
            keys,
            public_keys: keys.public().cloned().collect(),
            next: from,
            leaves: 0,
            at_end: false,
        };
        if let Some(border) = announced_border(conn, keys).await? {
            begun.verifier.pruned_before(border);
        }
        if from == 0 {
            begun.add_heads(conn, 0, 0).await?;
        }
        Ok(begun)
    }

    /// Looks at the next leaves, and answers whether more may follow.
    async fn step(&mut self, conn: &mut AsyncPgConnection) -> ServiceResult<bool> {
        let rows = db::load_sealed(conn, self.next, BATCH).await?;
        self.at_end = (rows.len() as i64) < BATCH;
        if let Some(last) = rows.last() {
            let behind = last.leaf.seq.saturating_add(1);
            self.add_heads(conn, self.next + 1, behind).await?;
            self.next = behind;
        }
        self.leaves += rows.len() as i64;
        for row in &rows {
            self.look_at(row);
        }
        Ok(!self.at_end)
    }

    fn look_at(&mut self, row: &SealedRow) {
        match row.record() {
            Some(record) => self.verifier.leaf(&record),
            None => self.verifier.unreadable(
                u64::try_from(row.leaf.seq).ok(),
                "the row can not be one of ours",
            ),
        }
    }

    /// Adds heads of the database, of sizes between these.
    async fn add_heads(
        &mut self,
        conn: &mut AsyncPgConnection,
        from: i64,
        to: i64,
    ) -> ServiceResult<()> {
        for row in db::load_heads(conn, from, to).await? {
            match row.note.parse::<SignedHead>() {
                Ok(head) if head.head().size.try_into() == Ok(row.tree_size) => {
                    self.verifier.add_head(&head, &self.public_keys);
                }
                _ => {
                    let detail = "the note can not be read, or is that of another size";
                    let finding = Finding::new(Fault::HeadSignature, detail);
                    let size = u64::try_from(row.tree_size).unwrap_or(0);
                    self.verifier.found(finding.head(size));
                }
            }
        }
        Ok(())
    }

    async fn end(&mut self, conn: &mut AsyncPgConnection) -> ServiceResult<Outcome> {
        if self.at_end {
            self.add_heads(conn, self.next + 1, i64::MAX).await?;
            self.find_strays(conn).await?;
        }
        self.find_lost_heads(conn).await?;
        Ok(self.verifier.finish(None))
    }

    /// Entries without a leaf: those that wait have to have their MAC, others should not be there.
    async fn find_strays(&mut self, conn: &mut AsyncPgConnection) -> ServiceResult<()> {
        for id in db::load_unqueued(conn, STRAYS).await? {
            let detail = "the entry has no leaf, and nobody will give it one";
            let finding = Finding::new(Fault::NotSealed, detail).entry(id);
            self.verifier.found(finding);
        }
        for row in db::load_unsealed(conn, STRAYS).await? {
            let (fault, detail) = match row.entry.entry() {
                None => (Fault::VanishedBeforeSealing, "the entry is gone"),
                Some(stored) => match stored.mac {
                    Some(mac) if self.keys.is_protected(&stored.entry, mac) => continue,
                    // From before the trail was sealed; if not, sealing will say so.
                    None => continue,
                    Some(_) => (Fault::ChangedBeforeSealing, "the entry was changed"),
                },
            };
            let finding = Finding::new(fault, format!("{detail} before it was sealed"));
            self.verifier.found(finding.entry(row.entry_id));
        }
        Ok(())
    }

    /// Every head that an entry tells of has to be there, as it was made.
    async fn find_lost_heads(&mut self, conn: &mut AsyncPgConnection) -> ServiceResult<()> {
        let announced = self.verifier.announced_heads().clone();
        let (Some((first, _)), Some((last, _))) =
            (announced.first_key_value(), announced.last_key_value())
        else {
            return Ok(());
        };
        let rows = db::load_heads(conn, signed(*first), signed(*last)).await?;
        let rows: HashMap<u64, HeadRow> = rows
            .into_iter()
            .filter_map(|row| Some((row.tree_size.try_into().ok()?, row)))
            .collect();
        for (size, told) in announced {
            let (fault, detail) = match rows.get(&size) {
                None => (
                    Fault::HeadMissing,
                    "the head that this entry tells of is gone",
                ),
                Some(row) if row.id != told.entry_id || row.made_at != told.at => (
                    Fault::HeadWrong,
                    "the head is not the one that this entry tells of",
                ),
                Some(_) => continue,
            };
            self.verifier
                .found(Finding::new(fault, detail).at(told.seq).head(size));
        }
        Ok(())
    }
}

/// A verifier that goes on behind the leaf before `from`.
async fn behind<'k>(
    conn: &mut AsyncPgConnection,
    keys: &'k AuditKeys,
    from: i64,
) -> ServiceResult<Verifier<'k>> {
    let size = u64::try_from(from).unwrap_or(0);
    if size == 0 {
        return Ok(Verifier::new(Some(keys)));
    }
    let tree = db::load_frontier(conn, size).await?;
    let last = db::find_leaf(conn, from - 1).await?;
    let chain = last.as_ref().and_then(db::LeafRow::chain);
    Ok(match (tree, chain) {
        (Some(tree), Some(chain)) => {
            let sealed_as = last.and_then(|last| SealedAs::parse(&last.sealed_as));
            Verifier::behind(tree, chain, sealed_as, Some(keys))
        }
        _ => Verifier::without_beginning(size, Some(keys)),
    })
}

/// Numbers of leaves fit by far.
fn signed(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}

fn answer(finding: Finding) -> AuditFinding {
    AuditFinding {
        fault: finding.fault.as_str().to_owned(),
        seq: finding.seq.map(signed),
        to_seq: finding.to_seq.map(signed),
        entry_id: finding.entry_id.map(Into::into),
        head: finding.head.map(signed),
        detail: finding.detail,
    }
}

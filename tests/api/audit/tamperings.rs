//! Two thousand seeded tamperings, half of them with the database and half with an export: every one is found, where it
//! was done; and what nobody touched raises no alarm.

use std::collections::BTreeMap;

use uuid::Uuid;
use viral_engine_domain::audit::Finding;
use viral_engine_service::Caller;
use viral_engine_service::audit::{SignedHead, create_audit_head, seal_audit_entries};
use viral_engine_test_support::TestApp;

use super::export_tamperings::{self, Exported};
use super::stored_tamperings::{self, Stored};
use super::{export, findings, findings_in, public_keys, record_some};
use crate::world::Dice;

/// Tamperings with the database, and as many with exports.
const EACH: usize = 1_000;
const SEED: u64 = 0x5EED;

/// Where a tampering was done: what is found has to be at one of these places.
#[derive(Clone, Debug, Default)]
pub struct Place {
    pub seqs: Vec<u64>,
    pub entries: Vec<Uuid>,
    pub heads: Vec<u64>,
    /// That the file is no export any more is finding enough.
    pub refused: bool,
}

impl Place {
    pub fn seqs(seqs: impl IntoIterator<Item = u64>) -> Self {
        Self {
            seqs: seqs.into_iter().collect(),
            ..Self::default()
        }
    }

    pub fn heads(heads: impl IntoIterator<Item = u64>) -> Self {
        Self {
            heads: heads.into_iter().collect(),
            ..Self::default()
        }
    }

    pub fn entry(id: Uuid) -> Self {
        Self {
            entries: vec![id],
            ..Self::default()
        }
    }

    fn is_told_by(&self, finding: &Finding) -> bool {
        let from = finding.seq.unwrap_or(u64::MAX);
        let to = finding.to_seq.unwrap_or(from);
        self.seqs.iter().any(|seq| (from..=to).contains(seq))
            || finding.head.is_some_and(|head| self.heads.contains(&head))
            || finding
                .entry_id
                .is_some_and(|id| self.entries.contains(&id))
    }
}

/// How often each kind was tried, for a reader of the test's output.
#[derive(Default)]
pub struct Tried(BTreeMap<&'static str, usize>);

impl Tried {
    pub fn check(&mut self, kind: &'static str, place: &Place, findings: &[Finding], what: &str) {
        *self.0.entry(kind).or_default() += 1;
        assert!(
            findings.iter().any(|finding| place.is_told_by(finding)),
            "{kind} was not found at {place:?}: {findings:?}\n{what}"
        );
    }

    fn assert_all_kinds(&self, kinds: usize) {
        assert_eq!(self.0.len(), kinds, "{:?}", self.0);
    }
}

/// Sixty sealed entries with heads between them, and three that wait.
async fn trail(app: &TestApp) -> Vec<SignedHead> {
    let mut heads = Vec::new();
    for _ in 0..3 {
        record_some(app, 19).await;
        let head = create_audit_head(&app.context, &Caller::system()).await;
        heads.push(head.expect("a head").note.parse().expect("a signed head"));
    }
    seal_audit_entries(&app.context).await.expect("sealing");
    record_some(app, 3).await;
    heads
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tamperings_with_the_database_are_all_found_where_they_were_done() {
    let app = TestApp::new().await;
    let heads = trail(&app).await;
    assert_eq!(findings(&app.context, &heads).await, []);
    let stored = Stored::read(&app, &heads).await;
    let (mut dice, mut tried) = (Dice(SEED), Tried::default());
    for number in 0..EACH {
        let kind = stored_tamperings::KINDS[number % stored_tamperings::KINDS.len()];
        stored_tamperings::try_one(&app, &stored, &mut dice, kind, &mut tried).await;
    }
    tried.assert_all_kinds(stored_tamperings::KINDS.len());
    assert_eq!(findings(&app.context, &heads).await, [], "all were undone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_tamperings_with_an_export_are_all_found_where_they_were_done() {
    let app = TestApp::new().await;
    let heads = trail(&app).await;
    let keys = public_keys(&app.context);
    let whole = export(&app.context, 0).await;
    assert_eq!(findings_in(&whole, &heads, &keys), []);
    let part = export(&app.context, 13).await;
    assert_eq!(findings_in(&part, &heads, &keys), []);
    let exports = [&whole, &part].map(|text| Exported::new(text, &heads, &keys));
    let (mut dice, mut tried) = (Dice(SEED), Tried::default());
    for number in 0..EACH {
        let kind = export_tamperings::KINDS[number % export_tamperings::KINDS.len()];
        let exported = &exports[usize::from(number % 3 == 0)];
        export_tamperings::try_one(exported, &mut dice, kind, &mut tried);
    }
    tried.assert_all_kinds(export_tamperings::KINDS.len());
}

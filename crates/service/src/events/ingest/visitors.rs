//! Which hits are people, and which the same people again, over all nodes and in whatever order hits arrive.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, NaiveDate, Utc};
use uuid::Uuid;
use viral_engine_db::DbResult;
use viral_engine_db::events::ingest::rows::{HumanHit, VisitorSpan};
use viral_engine_db::events::ingest::{IngestConnection, lookups};
use viral_engine_domain::clicks::{DUPLICATE_WINDOW, HitClass, is_duplicate};

use super::drafts::Draft;
use super::institutions::InstitutionLookup;
use crate::events::IncomingEvent;

type Key<'a> = (Uuid, &'a str);

/// A hit that no single request can decide.
#[derive(Clone, Copy)]
pub(super) struct Candidate<'a> {
    /// Where its class belongs.
    pub draft: usize,
    pub link_id: Uuid,
    pub event: &'a IncomingEvent,
}

/// What decided them.
pub(super) struct Decided {
    /// Class of each candidate, by its draft.
    pub classes: Vec<(usize, HitClass)>,
    /// Human hits to remember, in the order of their key.
    pub humans: Vec<HumanHit>,
}

/// The spans in which earlier human hits matter for these candidates.
pub(super) fn spans(candidates: &[Candidate<'_>]) -> Vec<VisitorSpan> {
    let mut spans: HashMap<Key<'_>, (DateTime<Utc>, DateTime<Utc>)> = HashMap::new();
    for candidate in candidates {
        let at = candidate.event.occurred_at;
        for visitor in visitors(candidate.event) {
            let span = spans
                .entry((candidate.link_id, visitor))
                .or_insert((at, at));
            *span = (span.0.min(at), span.1.max(at));
        }
    }
    spans
        .into_iter()
        .map(|((link_id, visitor), (from, to))| VisitorSpan {
            link_id,
            visitor: visitor.to_owned(),
            from: from - DUPLICATE_WINDOW,
            to: to + DUPLICATE_WINDOW,
        })
        .collect()
}

/// Decides the candidates in the order they happened.
pub(super) fn decide<'a>(
    mut candidates: Vec<Candidate<'a>>,
    stored: &'a [HumanHit],
    institutions: &mut InstitutionLookup<'a>,
) -> Decided {
    let mut seen: HashMap<Key<'_>, Vec<DateTime<Utc>>> = HashMap::new();
    for hit in stored {
        seen.entry((hit.link_id, &hit.visitor))
            .or_default()
            .push(hit.at);
    }
    candidates.sort_by_key(|candidate| candidate.event.occurred_at);
    let mut decided = Decided {
        classes: Vec::with_capacity(candidates.len()),
        humans: Vec::new(),
    };
    for candidate in candidates {
        let class = decide_one(&candidate, &mut seen, institutions, &mut decided.humans);
        decided.classes.push((candidate.draft, class));
    }
    decided
        .humans
        .sort_by(|a, b| (a.link_id, &a.visitor, a.at).cmp(&(b.link_id, &b.visitor, b.at)));
    decided.humans.dedup();
    decided
}

fn decide_one<'a>(
    candidate: &Candidate<'a>,
    seen: &mut HashMap<Key<'a>, Vec<DateTime<Utc>>>,
    institutions: &mut InstitutionLookup<'a>,
    humans: &mut Vec<HumanHit>,
) -> HitClass {
    let Candidate { link_id, event, .. } = *candidate;
    let at = event.occurred_at;
    let prefix = event
        .address
        .as_ref()
        .map(|address| address.prefix.as_str());
    let shared = institutions.contain(prefix);
    let closest = visitors(event)
        .filter_map(|visitor| seen.get(&(link_id, visitor)))
        .flatten()
        .copied()
        .min_by_key(|human| (at - *human).abs());
    if is_duplicate(closest, at, event.has_cookie, shared) {
        return HitClass::Duplicate;
    }
    // Passive pseudonyms of an institution stand for a whole class; only a cookie is somebody's own.
    let own = visitors(event)
        .take(1)
        .filter(|_| event.has_cookie || !shared);
    let issued = event.hit.as_ref().and_then(|hit| hit.issued.as_deref());
    for visitor in own.chain(issued) {
        seen.entry((link_id, visitor)).or_default().push(at);
        humans.push(HumanHit {
            link_id,
            visitor: visitor.to_owned(),
            at,
        });
    }
    HitClass::Human
}

/// Marks the clicks of people who are not known to have clicked before on their UTC day: nobody is known for longer. Of those
/// that come late, the one that came first is marked.
pub(super) async fn mark_new<'a>(
    conn: &IngestConnection,
    drafts: &mut [Draft<'a>],
    institutions: &mut InstitutionLookup<'a>,
) -> DbResult<()> {
    let asked: BTreeSet<(NaiveDate, &str)> = drafts
        .iter()
        .filter(|draft| draft.class == Some(HitClass::Human))
        .filter_map(|draft| day_of_visitor(draft, institutions))
        .collect();
    let (days, devices): (Vec<NaiveDate>, Vec<&str>) = asked.into_iter().unzip();
    let known = lookups::visits(conn, &days, &devices).await?;
    let mut known: HashSet<(NaiveDate, &str)> = known
        .iter()
        .map(|(day, device)| (*day, device.as_str()))
        .collect();
    for draft in drafts {
        if draft.class == Some(HitClass::Human) {
            let visitor = day_of_visitor(draft, institutions);
            draft.new_visitor = visitor.is_none_or(|visitor| known.insert(visitor));
        }
    }
    Ok(())
}

/// The day of a click and its device, unless that stands for a whole class.
fn day_of_visitor<'a>(
    draft: &Draft<'a>,
    institutions: &mut InstitutionLookup<'a>,
) -> Option<(NaiveDate, &'a str)> {
    let event = draft.event;
    let prefix = event
        .address
        .as_ref()
        .map(|address| address.prefix.as_str());
    let is_passive = !event.has_cookie && event.reported.is_none();
    let stands_for_many = is_passive && institutions.contain(prefix);
    let device = event.device.as_deref().filter(|_| !stands_for_many)?;
    Some((event.occurred_at.date_naive(), device))
}

fn visitors(event: &IncomingEvent) -> impl Iterator<Item = &str> {
    event
        .hit
        .iter()
        .flat_map(|hit| hit.visitors.iter().map(String::as_str))
}

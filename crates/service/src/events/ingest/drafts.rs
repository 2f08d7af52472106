//! From what events name (tokens, clicks, external ids) to what is stored: looked up for a whole batch at once.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, TimeDelta, Utc};
use futures_util::try_join;
use uuid::Uuid;
use viral_engine_api_types::events::{EventOrigin, EventType};
use viral_engine_db::DbResult;
use viral_engine_db::events::ingest::rows::{Credit, IngestLink, ParentClick};
use viral_engine_db::events::ingest::{IngestConnection, lookups};
use viral_engine_domain::clicks::{HitClass, Verdict};

use super::handle::{Outcome, Rejection};
use crate::events::{IncomingEvent, LinkReference};

/// How long a client's id of an event is remembered.
const EVENT_ID_MEMORY: TimeDelta = TimeDelta::days(30);

/// An event that will be stored, with what it refers to.
pub(super) struct Draft<'a> {
    /// Its place in the batch.
    pub index: usize,
    pub event: &'a IncomingEvent,
    pub link: Option<&'a IngestLink>,
    /// Named by the event itself.
    pub own_referrer: Option<Uuid>,
    /// Named by the event, else whoever shares the link.
    pub referrer: Option<Uuid>,
    pub referee: Option<Uuid>,
    /// Names a click that has not arrived.
    pub awaits_click: bool,
    pub class: Option<HitClass>,
    /// A click of a person who is not known to have clicked before on its UTC day.
    pub new_visitor: bool,
    pub reject_reason: Option<&'static str>,
}

/// What a batch refers to, as stored.
pub(super) struct Known {
    links: HashMap<Uuid, IngestLink>,
    tokens: HashMap<String, Uuid>,
    clicks: HashMap<Uuid, ParentClick>,
    event_ids: HashMap<String, Uuid>,
    blocked: HashSet<(String, String)>,
}

impl Known {
    /// Looks up what these events refer to.
    pub(super) async fn look_up(
        conn: &IngestConnection,
        events: &[&IncomingEvent],
        now: DateTime<Utc>,
    ) -> DbResult<Self> {
        let (mut ids, mut tokens) = (HashSet::new(), HashSet::new());
        let (mut clicks, mut event_ids, mut blockable) =
            (HashSet::new(), HashSet::new(), HashSet::new());
        for event in events {
            match &event.link {
                LinkReference::Id(id) => drop(ids.insert(*id)),
                LinkReference::Token(token) => drop(tokens.insert(token.as_str())),
                LinkReference::None => {}
            }
            clicks.extend(event.click_id);
            event_ids.extend(event_id(event));
            if is_reported_click(event) {
                blockable.extend(blockable_values(event));
            }
        }
        let (ids, tokens) = (list(ids), list(tokens));
        let (clicks, event_ids, blockable) = (list(clicks), list(event_ids), list(blockable));
        let (links, clicks, event_ids, blocked) = try_join!(
            lookups::links(conn, &ids, &tokens),
            lookups::clicks(conn, &clicks),
            lookups::event_ids(conn, &event_ids, now - EVENT_ID_MEMORY),
            lookups::blocked(conn, &blockable, now),
        )?;
        let mut known = Self {
            tokens: HashMap::new(),
            links: HashMap::new(),
            clicks: clicks.into_iter().map(|click| (click.id, click)).collect(),
            event_ids,
            blocked: blocked.into_iter().collect(),
        };
        known.add_links(links);
        known.look_up_links_of_clicks(conn).await?;
        Ok(known)
    }

    async fn look_up_links_of_clicks(&mut self, conn: &IngestConnection) -> DbResult<()> {
        let missing: Vec<Uuid> = self
            .clicks
            .values()
            .filter_map(|click| click.link_id)
            .filter(|id| !self.links.contains_key(id))
            .collect();
        let links = lookups::links(conn, &missing, &[]).await?;
        self.add_links(links);
        Ok(())
    }

    fn add_links(&mut self, links: Vec<IngestLink>) {
        for link in links {
            self.tokens.insert(link.token.clone(), link.id);
            self.links.insert(link.id, link);
        }
    }

    fn is_blocked(&self, event: &IncomingEvent) -> bool {
        if self.blocked.is_empty() {
            return false;
        }
        let blocked = |entity: &str, value: Option<&str>| {
            value.is_some_and(|value| {
                self.blocked
                    .contains(&(entity.to_owned(), value.to_owned()))
            })
        };
        let prefix = event
            .address
            .as_ref()
            .map(|address| address.prefix.as_str());
        blocked("device", event.device.as_deref()) || blocked("network", prefix)
    }
}

/// Sorts out what is known already or refers to nothing; the rest becomes drafts, without users yet.
pub(super) fn draft<'a>(
    events: &[(usize, &'a IncomingEvent)],
    known: &'a Known,
    outcomes: &mut [Option<Outcome>],
) -> Vec<Draft<'a>> {
    let mut drafts = Vec::with_capacity(events.len());
    let mut new_ids: HashMap<&str, Uuid> = HashMap::new();
    // Clicks of this batch may be named by other events of it.
    let hits: HashMap<Uuid, &IncomingEvent> = events
        .iter()
        .filter(|(_, event)| event.hit.is_some())
        .map(|(_, event)| (event.id, *event))
        .collect();
    for &(index, event) in events {
        let first = event_id(event)
            .and_then(|id| known.event_ids.get(id).or_else(|| new_ids.get(id)).copied());
        let outcome = match (first, draft_one(index, event, known, &hits)) {
            (Some(first), _) => Outcome::Duplicate(first),
            (None, Err(rejection)) => Outcome::Rejected(rejection),
            (None, Ok(draft)) => {
                drafts.push(draft);
                new_ids.extend(event_id(event).map(|id| (id, event.id)));
                // Its class is known when the batch is.
                Outcome::Accepted {
                    id: event.id,
                    class: None,
                }
            }
        };
        if let Some(slot) = outcomes.get_mut(index) {
            *slot = Some(outcome);
        }
    }
    drafts
}

fn draft_one<'a>(
    index: usize,
    event: &'a IncomingEvent,
    known: &'a Known,
    hits: &HashMap<Uuid, &IncomingEvent>,
) -> Result<Draft<'a>, Rejection> {
    let parent = event.click_id.and_then(|id| known.clicks.get(&id));
    let sibling = event.click_id.and_then(|id| hits.get(&id));
    let link_id = match &event.link {
        LinkReference::Id(id) => Some(*id),
        LinkReference::Token(token) => {
            Some(*known.tokens.get(token).ok_or(Rejection::UnknownLink)?)
        }
        LinkReference::None => match sibling.map(|hit| &hit.link) {
            Some(LinkReference::Id(id)) => Some(*id),
            Some(LinkReference::Token(token)) => known.tokens.get(token).copied(),
            _ => parent.and_then(|click| click.link_id),
        },
    };
    let link = link_id.and_then(|id| known.links.get(&id));
    let (class, reject_reason) = class_of(event, known);
    Ok(Draft {
        index,
        event,
        link,
        own_referrer: None,
        referrer: match event.link {
            // Who is credited for the click; a click of the same batch is not known so far yet.
            LinkReference::None => parent.and_then(|click| click.referrer_id),
            _ => link
                .map(|link| link.referrer_id)
                .filter(|_| is_genuine(event)),
        },
        referee: None,
        awaits_click: event.click_id.is_some() && parent.is_none() && sibling.is_none(),
        class,
        new_visitor: false,
        reject_reason,
    })
}

fn class_of(event: &IncomingEvent, known: &Known) -> (Option<HitClass>, Option<&'static str>) {
    let Some(hit) = &event.hit else {
        return (None, None);
    };
    if is_reported_click(event) && known.is_blocked(event) {
        return (Some(HitClass::Rejected), Some("blocked"));
    }
    match hit.verdict {
        Verdict::Settled(class) => (Some(class), hit.reject_reason),
        // Human until the visitor's earlier hits say otherwise.
        Verdict::Candidate => (Some(HitClass::Human), None),
    }
}

/// Gives drafts their users, creating unknown ones.
pub(super) async fn name_users(
    conn: &IngestConnection,
    drafts: &mut [Draft<'_>],
    now: DateTime<Utc>,
) -> DbResult<()> {
    let names: HashSet<&str> = drafts
        .iter()
        .filter_map(|draft| draft.event.reported.as_ref())
        .flat_map(|reported| reported.referrer.iter().chain(&reported.referee))
        .map(String::as_str)
        .collect();
    let users = lookups::resolve_users(conn, &list(names), Uuid::now_v7, now).await?;
    for draft in drafts.iter_mut() {
        let Some(reported) = &draft.event.reported else {
            continue;
        };
        let id = |name: &Option<String>| name.as_ref().and_then(|name| users.get(name)).copied();
        draft.own_referrer = id(&reported.referrer);
        draft.referrer = draft.own_referrer.or(draft.referrer);
        draft.referee = id(&reported.referee);
    }
    credit_siblings(drafts);
    Ok(())
}

/// What names a click of its own batch is credited to whom the click is.
fn credit_siblings(drafts: &mut [Draft<'_>]) {
    let credited: HashMap<Uuid, Uuid> = drafts
        .iter()
        .filter(|draft| draft.event.hit.is_some())
        .filter_map(|draft| Some((draft.event.id, draft.referrer?)))
        .collect();
    for draft in drafts.iter_mut().filter(|d| d.referrer.is_none()) {
        if draft.event.link == LinkReference::None {
            let click = draft.event.click_id;
            draft.referrer = click.and_then(|id| credited.get(&id)).copied();
        }
    }
}

/// Rejects what credits referees for themselves, also by a link of their own or a click on it. Clicks stay:
/// they happened, and credit nobody.
pub(super) fn reject_self_referrals(drafts: &mut Vec<Draft<'_>>, outcomes: &mut [Option<Outcome>]) {
    let mut rejected: HashSet<Uuid> = HashSet::new();
    drafts.retain(|draft| {
        let is_own = draft.referee.is_some() && draft.referee == draft.referrer;
        let stays = !is_own || draft.event.hit.is_some();
        if !stays {
            rejected.insert(draft.event.id);
        }
        stays
    });
    if rejected.is_empty() {
        return;
    }
    // Also those that were sent again in the same batch: they must not be told that the first was stored.
    for outcome in outcomes.iter_mut().flatten() {
        if let Outcome::Accepted { id, .. } | Outcome::Duplicate(id) = outcome
            && rejected.contains(id)
        {
            *outcome = Outcome::Rejected(Rejection::SelfReferral);
        }
    }
}

/// Drops conversions of referees who have converted before: each is credited once. Answers the conversions that were
/// credited so far and give way: the click they named has not come, and one whose origin is known takes their place.
pub(super) async fn drop_known_conversions(
    conn: &IngestConnection,
    drafts: &mut Vec<Draft<'_>>,
    outcomes: &mut [Option<Outcome>],
) -> DbResult<Vec<Uuid>> {
    let referees: HashSet<Uuid> = drafts.iter().filter_map(converted).collect();
    let stored = lookups::credits(conn, &list(referees)).await?;
    let credited = credited(drafts, &stored);
    drafts.retain(|draft| {
        let first = converted(draft).and_then(|referee| credited.get(&referee));
        let Some(first) = first.filter(|first| **first != draft.event.id) else {
            return true;
        };
        if let Some(slot) = outcomes.get_mut(draft.index) {
            *slot = Some(Outcome::Duplicate(*first));
        }
        false
    });
    let gives_way = |(referee, credit): (Uuid, Credit)| {
        let stays = credited.get(&referee) == Some(&credit.event_id);
        (!stays).then_some(credit.event_id)
    };
    Ok(stored.into_iter().filter_map(gives_way).collect())
}

/// The conversion that each referee is credited for: the first whose origin is known, else the first.
fn credited(drafts: &[Draft<'_>], stored: &HashMap<Uuid, Credit>) -> HashMap<Uuid, Uuid> {
    let hits: HashSet<Uuid> = drafts
        .iter()
        .filter(|draft| draft.event.hit.is_some())
        .map(|draft| draft.event.id)
        .collect();
    let is_settled = |credit: &Credit| credit.awaited_click.is_none_or(|id| hits.contains(&id));
    let conversions = |is_awaiting: bool| {
        let drafts = drafts.iter().filter(move |d| is_awaiting == awaits(d));
        drafts.filter_map(|draft| Some((converted(draft)?, draft.event.id)))
    };
    let stored_ones = |settled: bool| {
        let stored = stored.iter().filter(move |(_, c)| settled == is_settled(c));
        stored.map(|(referee, credit)| (*referee, credit.event_id))
    };
    let by_right = stored_ones(true)
        .chain(conversions(false))
        .chain(stored_ones(false))
        .chain(conversions(true));
    let mut credited = HashMap::new();
    for (referee, event) in by_right {
        credited.entry(referee).or_insert(event);
    }
    credited
}

/// Whether nothing but a click that has not come says whom a draft credits.
fn awaits(draft: &Draft<'_>) -> bool {
    draft.awaits_click && draft.link.is_none() && draft.own_referrer.is_none()
}

/// The referee whom a draft converts.
pub(super) fn converted(draft: &Draft<'_>) -> Option<Uuid> {
    draft
        .referee
        .filter(|_| draft.event.event_type == EventType::Conversion)
}

/// The client's id of an event.
pub(super) fn event_id(event: &IncomingEvent) -> Option<&str> {
    event.reported.as_ref()?.event_id.as_deref()
}

/// Hits of the redirect were compared with the blocks when they were answered.
fn is_reported_click(event: &IncomingEvent) -> bool {
    event.hit.is_some() && event.origin != EventOrigin::Redirect
}

fn is_genuine(event: &IncomingEvent) -> bool {
    event.hit.as_ref().is_none_or(|hit| hit.genuine)
}

fn blockable_values(event: &IncomingEvent) -> impl Iterator<Item = &str> {
    let prefix = event
        .address
        .as_ref()
        .map(|address| address.prefix.as_str());
    event.device.as_deref().into_iter().chain(prefix)
}

/// Sorted, so that equal batches make equal statements and locks are taken in one order.
fn list<T: Ord>(set: HashSet<T>) -> Vec<T> {
    let mut list: Vec<T> = set.into_iter().collect();
    list.sort_unstable();
    list
}

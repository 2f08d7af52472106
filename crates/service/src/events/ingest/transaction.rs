//! One batch, one transaction: look up, decide, store, add to the rollups.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, Utc};
use futures_util::try_join;
use uuid::Uuid;
use viral_engine_api_types::events::EventType;
use viral_engine_db::DbResult;
use viral_engine_db::events::ingest::rows::{AwaitedClick, CompletedEvent, IngestLink, NewEvent};
use viral_engine_db::events::ingest::{
    IngestConnection, attributions, awaited, bursts as stored_bursts, lookups, outbox, rollups,
    store,
};
use viral_engine_domain::clicks::{HitClass, Verdict};

use super::drafts::{self, Draft, Known};
use super::handle::{LogSlice, Outcome, Submission};
use super::institutions::Institutions;
use super::{bursts, deltas, told, visitors};
use crate::events::IncomingEvent;

/// What a transaction did, once it commits.
pub(super) struct Stored {
    /// What became of each event, a list a submission.
    pub outcomes: Vec<Vec<Outcome>>,
    /// Time and id of an event it stores, by which its commit can be recognised.
    pub witness: Option<(DateTime<Utc>, Uuid)>,
}

/// Does everything but the commit, within the transaction that `conn` is in.
pub(super) async fn store_batch(
    conn: &IngestConnection,
    submissions: &[Submission],
    min_clicks: u32,
    now: DateTime<Utc>,
) -> DbResult<Stored> {
    let positions = shipped_positions(conn, submissions).await?;
    let mut outcomes: Vec<Option<Outcome>> = Vec::new();
    let mut events: Vec<(usize, &IncomingEvent)> = Vec::new();
    for submission in submissions {
        let shipped = submission.slice.as_ref().map(|slice| {
            let stored = positions.get(&slice.log_id).copied().unwrap_or(0);
            slice
                .positions
                .partition_point(|position| *position <= stored)
        });
        for (nth, event) in submission.events.iter().enumerate() {
            if shipped.is_some_and(|shipped| nth < shipped) {
                outcomes.push(Some(Outcome::Duplicate(event.id)));
            } else {
                events.push((outcomes.len(), event));
                outcomes.push(None);
            }
        }
    }
    let witness = store_events(conn, &events, &mut outcomes, min_clicks, now).await?;
    for slice in submissions.iter().filter_map(|s| s.slice.as_ref()) {
        if positions
            .get(&slice.log_id)
            .is_none_or(|stored| *stored < slice.last)
        {
            store::set_position(conn, slice.log_id, slice.last, now).await?;
        }
    }
    Ok(Stored {
        outcomes: split(outcomes, submissions),
        witness,
    })
}

async fn shipped_positions(
    conn: &IngestConnection,
    submissions: &[Submission],
) -> DbResult<HashMap<Uuid, i64>> {
    let mut logs: Vec<Uuid> = submissions
        .iter()
        .filter_map(|s| s.slice.as_ref())
        .map(|slice: &LogSlice| slice.log_id)
        .collect();
    logs.dedup();
    lookups::positions(conn, &logs).await
}

async fn store_events(
    conn: &IngestConnection,
    events: &[(usize, &IncomingEvent)],
    outcomes: &mut [Option<Outcome>],
    default_min_clicks: u32,
    now: DateTime<Utc>,
) -> DbResult<Option<(DateTime<Utc>, Uuid)>> {
    let plain: Vec<&IncomingEvent> = events.iter().map(|(_, event)| *event).collect();
    let (known, networks, min_clicks, subscribed) = try_join!(
        Known::look_up(conn, &plain, now),
        lookups::institution_networks(conn),
        stored_bursts::min_clicks(conn),
        outbox::subscribed(conn),
    )?;
    let institutions = Institutions::new(&networks);
    let mut drafts = drafts::draft(events, &known, outcomes);
    drafts::name_users(conn, &mut drafts, now).await?;
    drafts::reject_self_referrals(&mut drafts, outcomes);
    let displaced = drafts::drop_known_conversions(conn, &mut drafts, outcomes).await?;
    awaited::reject(conn, &displaced).await?;
    let candidates = candidates(&drafts);
    let earlier = lookups::human_hits(conn, &visitors::spans(&candidates)).await?;
    let decided = visitors::decide(candidates, &earlier, &mut institutions.lookup());
    for (draft, class) in &decided.classes {
        if let Some(draft) = drafts.get_mut(*draft) {
            draft.class = Some(*class);
        }
    }
    visitors::mark_new(conn, &mut drafts, &mut institutions.lookup()).await?;
    for draft in &drafts {
        if let Some(Some(Outcome::Accepted { class, .. })) = outcomes.get_mut(draft.index) {
            *class = draft.class;
        }
    }
    let min_clicks = min_clicks.unwrap_or(default_min_clicks);
    let devices = bursts::device_days(conn, &drafts, min_clicks).await?;
    let rows: Vec<NewEvent> = drafts.iter().map(new_event).collect();
    store::insert_events(conn, &rows).await?;
    remember(conn, &drafts, now).await?;
    store::insert_human_hits(conn, &decided.humans, now).await?;
    let completed = complete_waiting(conn, &drafts).await?;
    leave_due_attributions(conn, &drafts, &completed).await?;
    add_to_rollups(conn, &drafts, &completed).await?;
    rollups::add_device_days(conn, &devices).await?;
    mark_links(conn, &drafts, now).await?;
    outbox::leave(conn, &told::of_batch(&drafts, subscribed)).await?;
    Ok(rows.first().map(|row| (row.occurred_at, row.id)))
}

/// Clicks that only the visitor's earlier hits can decide. A click without a link or a visitor repeats nothing.
fn candidates<'a>(drafts: &[Draft<'a>]) -> Vec<visitors::Candidate<'a>> {
    drafts
        .iter()
        .enumerate()
        .filter_map(|(draft, d)| {
            let hit = d.event.hit.as_ref()?;
            let open = hit.verdict == Verdict::Candidate && d.class == Some(HitClass::Human);
            let named = !hit.visitors.is_empty();
            let link_id = d.link.filter(|_| open && named)?.id;
            Some(visitors::Candidate {
                draft,
                link_id,
                event: d.event,
            })
        })
        .collect()
}

/// Client ids, credits and clicks that are still to come.
async fn remember(
    conn: &IngestConnection,
    drafts: &[Draft<'_>],
    now: DateTime<Utc>,
) -> DbResult<()> {
    let mut event_ids: Vec<(&str, Uuid)> = drafts
        .iter()
        .filter_map(|draft| Some((drafts::event_id(draft.event)?, draft.event.id)))
        .collect();
    event_ids.sort_unstable();
    store::insert_event_ids(conn, &event_ids, now).await?;
    let credits: Vec<(Uuid, Uuid, DateTime<Utc>)> = drafts
        .iter()
        .filter_map(|draft| {
            let referee = drafts::converted(draft)?;
            Some((referee, draft.event.id, draft.event.occurred_at))
        })
        .collect();
    store::insert_credits(conn, &credits).await?;
    let waiting: Vec<AwaitedClick> = drafts
        .iter()
        .filter(|draft| draft.awaits_click && draft.link.is_none())
        .filter_map(|draft| {
            Some(AwaitedClick {
                click_id: draft.event.click_id?,
                event_id: draft.event.id,
                has_referrer: draft.own_referrer.is_some(),
            })
        })
        .collect();
    awaited::insert(conn, &waiting, now).await
}

/// Events stored earlier whose click is in this batch.
async fn complete_waiting<'a>(
    conn: &IngestConnection,
    drafts: &[Draft<'a>],
) -> DbResult<Vec<(CompletedEvent, &'a IngestLink)>> {
    if !awaited::any(conn).await? {
        return Ok(Vec::new());
    }
    let mut links: HashMap<Uuid, &IngestLink> = HashMap::new();
    let mut arrived = Vec::new();
    for draft in drafts {
        if let Some(link) = draft.link.filter(|_| draft.event.hit.is_some()) {
            links.insert(link.id, link);
            arrived.push(awaited::ArrivedClick {
                id: draft.event.id,
                link_id: link.id,
                referrer_id: draft.referrer,
            });
        }
    }
    let completed = awaited::complete(conn, &arrived).await?;
    Ok(completed
        .into_iter()
        .filter_map(|event| {
            let link = *links.get(&event.link_id)?;
            Some((event, link))
        })
        .collect())
}

/// The conversions of the batch, and those of users of whom something else came: it may have led to them.
async fn leave_due_attributions(
    conn: &IngestConnection,
    drafts: &[Draft<'_>],
    completed: &[(CompletedEvent, &IngestLink)],
) -> DbResult<()> {
    let is_conversion = |kind: &str| kind == EventType::Conversion.as_str();
    let drafted = drafts.iter().map(|draft| {
        (
            draft.event.event_type.as_str(),
            draft.event.id,
            draft.referee,
        )
    });
    let events = drafted.chain(
        completed
            .iter()
            .map(|(event, _)| (event.event_type.as_str(), event.id, event.referee_id)),
    );
    let (mut conversions, mut referees) = (BTreeSet::new(), BTreeSet::new());
    for (kind, id, referee) in events {
        if is_conversion(kind) {
            conversions.insert(id);
        } else {
            referees.extend(referee);
        }
    }
    let (conversions, referees): (Vec<Uuid>, Vec<Uuid>) = (
        conversions.into_iter().collect(),
        referees.into_iter().collect(),
    );
    attributions::leave_due(conn, &conversions, &referees).await
}

async fn add_to_rollups(
    conn: &IngestConnection,
    drafts: &[Draft<'_>],
    completed: &[(CompletedEvent, &IngestLink)],
) -> DbResult<()> {
    let deltas = deltas::sum_up(drafts, completed);
    rollups::add_ip_days(conn, &deltas.ips, &deltas.ip_devices).await?;
    rollups::add_referrer_days(conn, &deltas.referrers).await?;
    rollups::add_link_days(conn, &deltas.links).await?;
    rollups::add_source_days(conn, &deltas.sources).await?;
    rollups::add_click_quarters(conn, &deltas.quarters).await?;
    rollups::add_reached_days(conn, &deltas.reached).await
}

/// First human clicks, and links that have had their last one.
async fn mark_links(
    conn: &IngestConnection,
    drafts: &[Draft<'_>],
    now: DateTime<Utc>,
) -> DbResult<()> {
    let mut first: BTreeMap<Uuid, DateTime<Utc>> = BTreeMap::new();
    let mut exhaustible: BTreeMap<Uuid, ()> = BTreeMap::new();
    for draft in drafts.iter().filter(|d| d.class == Some(HitClass::Human)) {
        let Some(link) = draft.link else { continue };
        if !link.clicked {
            let at = first.entry(link.id).or_insert(draft.event.occurred_at);
            *at = (*at).min(draft.event.occurred_at);
        }
        if link.may_exhaust {
            exhaustible.insert(link.id, ());
        }
    }
    let first: Vec<(Uuid, DateTime<Utc>)> = first.into_iter().collect();
    store::set_first_clicks(conn, &first).await?;
    let exhaustible: Vec<Uuid> = exhaustible.into_keys().collect();
    store::exhaust_links(conn, &exhaustible, now).await
}

fn new_event(draft: &Draft<'_>) -> NewEvent {
    let event = draft.event;
    let reported = event.reported.as_deref();
    NewEvent {
        id: event.id,
        occurred_at: event.occurred_at,
        received_at: event.received_at,
        event_type: event.event_type.as_str(),
        class: draft.class.map(HitClass::as_str),
        reject_reason: draft.reject_reason,
        origin: event.origin.as_str(),
        link_id: draft.link.map(|link| link.id),
        click_id: event.click_id,
        referrer_id: draft.referrer,
        referee_id: draft.referee,
        ip_hash: event.address.as_ref().map(|address| address.hash),
        ip_prefix: event.address.as_ref().map(|address| address.prefix.clone()),
        device_fingerprint: event.device.clone(),
        has_cookie: event.has_cookie,
        new_visitor: draft.new_visitor,
        agent: event.agent.clone(),
        value: reported.and_then(|r| r.value),
        currency: reported.and_then(|r| r.currency.clone()),
        properties: reported.and_then(|r| r.properties.clone()),
    }
}

/// Outcomes by submission. Every event has one: it was shipped before, drafted, or sorted out.
fn split(outcomes: Vec<Option<Outcome>>, submissions: &[Submission]) -> Vec<Vec<Outcome>> {
    let mut outcomes = outcomes.into_iter().flatten();
    submissions
        .iter()
        .map(|submission| outcomes.by_ref().take(submission.events.len()).collect())
        .collect()
}

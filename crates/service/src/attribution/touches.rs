//! What led to conversions, of many at once.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, TimeDelta, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::attribution::TouchKind;
use viral_engine_api_types::events::EventType;
use viral_engine_db::attribution::{
    TouchRow, TouchesAsked, events_of_referees, find_clicks, find_conversions,
};
use viral_engine_db::events::reported::ReportedClick;
use viral_engine_domain::event_id;

use crate::error::ServiceResult;

/// Most events of a user that are looked at: the latest before the conversion.
const MOST_EVENTS: i64 = 1_000;

/// A conversion and the touches that led to it.
pub(super) struct Led {
    pub conversion: TouchRow,
    pub lookback_days: u32,
    /// Begin of those days.
    pub since: DateTime<Utc>,
    /// The earliest first.
    pub touches: Vec<(TouchKind, TouchRow)>,
}

/// By time and id, so that the order is the same every time.
type Touches = BTreeMap<(DateTime<Utc>, Uuid), (TouchKind, TouchRow)>;

/// What led to those of the ids that are conversions, looking as many days back as `lookback_of` says of each.
pub(super) async fn led_to(
    conn: &mut AsyncPgConnection,
    conversions: &[Uuid],
    lookback_of: impl Fn(Uuid) -> u32,
) -> ServiceResult<Vec<Led>> {
    let named: Vec<ReportedClick> = conversions.iter().copied().filter_map(in_time).collect();
    let conversions = find_conversions(conn, &named).await?;
    let mut led: Vec<Led> = conversions
        .into_iter()
        .map(|conversion| {
            let lookback_days = lookback_of(conversion.id);
            let since = conversion.occurred_at - TimeDelta::days(lookback_days.into());
            Led {
                conversion,
                lookback_days,
                since,
                touches: Vec::new(),
            }
        })
        .collect();
    let events = events_by_referee(conn, &led).await?;
    let clicks = clicks_named(conn, &led, &events).await?;
    for led in &mut led {
        let events = led.conversion.referee_id.and_then(|id| events.get(&id));
        led.touches = touches(led, events.map_or(&[], Vec::as_slice), &clicks);
    }
    Ok(led)
}

/// A user has one conversion that counts, and perhaps rejected ones: events are of the longest time that any looks back to.
async fn events_by_referee(
    conn: &mut AsyncPgConnection,
    led: &[Led],
) -> ServiceResult<HashMap<Uuid, Vec<TouchRow>>> {
    let asked: Vec<TouchesAsked> = led
        .iter()
        .filter_map(|led| {
            Some(TouchesAsked {
                referee: led.conversion.referee_id?,
                since: led.since,
                until: led.conversion.occurred_at,
            })
        })
        .collect();
    let mut events: HashMap<Uuid, Vec<TouchRow>> = HashMap::new();
    for row in events_of_referees(conn, &asked, MOST_EVENTS).await? {
        if let Some(referee) = row.referee_id {
            events.entry(referee).or_default().push(row);
        }
    }
    Ok(events)
}

async fn clicks_named(
    conn: &mut AsyncPgConnection,
    led: &[Led],
    events: &HashMap<Uuid, Vec<TouchRow>>,
) -> ServiceResult<HashMap<Uuid, TouchRow>> {
    let rows = events.values().flatten();
    let rows = rows.chain(led.iter().map(|led| &led.conversion));
    let mut clicks: Vec<Uuid> = rows.filter_map(|row| row.click_id).collect();
    clicks.sort_unstable();
    clicks.dedup();
    let clicks: Vec<ReportedClick> = clicks.into_iter().filter_map(in_time).collect();
    let clicks = find_clicks(conn, &clicks).await?;
    Ok(clicks.into_iter().map(|click| (click.id, click)).collect())
}

fn touches(
    led: &Led,
    events: &[TouchRow],
    clicks: &HashMap<Uuid, TouchRow>,
) -> Vec<(TouchKind, TouchRow)> {
    let conversion = &led.conversion;
    let days = led.since..=conversion.occurred_at;
    let events = || {
        events
            .iter()
            .filter(|event| days.contains(&event.occurred_at))
    };
    let named = events().chain([conversion]);
    let named = named.filter_map(|event| clicks.get(&event.click_id?));
    let mut touches = Touches::new();
    // Without a user nobody else's events can have led here, but the click that the conversion names has.
    for row in events()
        .chain(named)
        .filter(|row| days.contains(&row.occurred_at))
    {
        if let Some(kind) = kind(&row.event_type) {
            touches.insert((row.occurred_at, row.id), (kind, row.clone()));
        }
    }
    add_named(&mut touches, conversion);
    touches.into_values().collect()
}

/// What the conversion itself names is a touch too, unless a click or an invitation stands for it already.
fn add_named(touches: &mut Touches, conversion: &TouchRow) {
    let is_told = touches.values().any(|(_, touch)| match conversion.link_id {
        Some(link) => touch.link_id == Some(link),
        None => touch.referrer == conversion.referrer,
    });
    let names = conversion.link_id.is_some() || conversion.referrer.is_some();
    if names && !is_told && conversion.reject_reason.is_none() {
        let place = (conversion.occurred_at, conversion.id);
        touches.insert(place, (TouchKind::Named, conversion.clone()));
    }
}

/// An event, and the millisecond in which its id says it lies.
fn in_time(id: Uuid) -> Option<ReportedClick> {
    let (since, until) = event_id::millisecond_of(id)?;
    Some(ReportedClick { id, since, until })
}

fn kind(event_type: &str) -> Option<TouchKind> {
    match event_type {
        name if name == EventType::InviteSent.as_str() => Some(TouchKind::Invitation),
        name if name == EventType::Click.as_str() => Some(TouchKind::Click),
        _ => None,
    }
}

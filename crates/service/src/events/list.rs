//! Finding events.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde_json::{Map, Value};
use uuid::Uuid;
use viral_engine_api_types::events::{Event, EventOrigin, EventType, HitClass};
use viral_engine_api_types::{FieldError, LinkId, Page};
use viral_engine_db::events::{self as db, EventFilter, EventRow};

use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::users;

/// Which events; absent fields let all through.
#[derive(Clone, Debug, Default)]
pub struct EventQuery {
    /// Kind of event.
    pub event_type: Option<EventType>,
    /// Class of a click.
    pub class: Option<HitClass>,
    /// Its link.
    pub link_id: Option<LinkId>,
    /// External id of who invited.
    pub referrer: Option<String>,
    /// Pseudonym of the device.
    pub device_fingerprint: Option<String>,
    /// Key of the address, as other answers show it.
    pub ip_key: Option<String>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
}

/// The key under which answers show an address: its keyed hash in hex.
pub fn ip_key(hash: &[u8]) -> String {
    hex::encode(hash)
}

/// A page of events, newest first.
///
/// # Errors
/// A malformed `ip_key`; when the database can not be asked.
pub async fn list_events(
    context: &Context,
    query: EventQuery,
    page: PageRequest,
) -> ServiceResult<Page<Event>> {
    let mut conn = context.connection().await?;
    let Some(filter) = filter(&mut conn, query).await? else {
        return Ok(page.page(Vec::new(), |event: &Event| (event.occurred_at, event.id.0)));
    };
    let rows = db::list_events(&mut conn, &filter, page.query()).await?;
    let events = answers(&mut conn, rows).await?;
    Ok(page.page(events, |event| (event.occurred_at, event.id.0)))
}

/// The filter of a query; `None` when nothing can match, since nobody has the referrer's id.
pub(super) async fn filter(
    conn: &mut AsyncPgConnection,
    query: EventQuery,
) -> ServiceResult<Option<EventFilter>> {
    let referrer_id = match &query.referrer {
        Some(name) => {
            let known = users::resolve(conn, [name.as_str()]).await?;
            match known.get(name) {
                Some(user) => Some(user.id.0),
                None => return Ok(None),
            }
        }
        None => None,
    };
    Ok(Some(EventFilter {
        event_type: query.event_type.map(|kind| kind.as_str().to_owned()),
        class: query.class.map(|class| class.as_str().to_owned()),
        link_id: query.link_id.map(|id| id.0),
        referrer_id,
        device_fingerprint: query.device_fingerprint,
        ip_hash: query.ip_key.as_deref().map(parse_ip_key).transpose()?,
        from: query.from,
        to: query.to,
    }))
}

fn parse_ip_key(text: &str) -> ServiceResult<[u8; 16]> {
    hex::decode(text)
        .ok()
        .and_then(|bytes| bytes.try_into().ok())
        .ok_or_else(|| {
            ServiceError::BadRequest(FieldError::new(
                "?ip_key",
                "malformed_ip_key",
                "Pass ip_key as it was answered.",
            ))
        })
}

/// Events as they are answered, in the same order.
pub(super) async fn answers(
    conn: &mut AsyncPgConnection,
    rows: Vec<EventRow>,
) -> ServiceResult<Vec<Event>> {
    let mut ids: Vec<Uuid> = rows
        .iter()
        .flat_map(|row| row.referrer_id.into_iter().chain(row.referee_id))
        .collect();
    ids.sort_unstable();
    ids.dedup();
    let names = db::external_ids(conn, &ids).await?;
    let name = |id: Option<Uuid>| id.and_then(|id| names.get(&id)).cloned();
    rows.into_iter()
        .map(|row| {
            let (referrer, referee) = (name(row.referrer_id), name(row.referee_id));
            answer(row, referrer, referee)
        })
        .collect()
}

fn answer(
    row: EventRow,
    referrer: Option<String>,
    referee: Option<String>,
) -> ServiceResult<Event> {
    Ok(Event {
        id: row.id.into(),
        event_type: named(EventType::ALL, EventType::as_str, &row.event_type)?,
        class: row
            .class
            .map(|class| named(HitClass::ALL, HitClass::as_str, &class))
            .transpose()?,
        reject_reason: row.reject_reason,
        origin: named(EventOrigin::ALL, EventOrigin::as_str, &row.origin)?,
        occurred_at: row.occurred_at,
        received_at: row.received_at,
        link_id: row.link_id.map(LinkId),
        click_id: row.click_id.map(Into::into),
        referrer,
        referee,
        ip_key: row.ip_hash.as_deref().map(ip_key),
        ip_prefix: row.ip_prefix,
        device_fingerprint: row.device_fingerprint,
        agent: row.agent,
        value: row.value,
        currency: row.currency,
        properties: match row.properties {
            Some(Value::Object(fields)) => fields,
            _ => Map::new(),
        },
    })
}

fn named<T: Copy, const N: usize>(
    all: [T; N],
    name: impl Fn(T) -> &'static str,
    text: &str,
) -> ServiceResult<T> {
    all.into_iter()
        .find(|known| name(*known) == text)
        .ok_or_else(|| ServiceError::Internal(format!("stored name {text}")))
}

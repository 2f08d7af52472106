//! Lists of events, newest first.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use diesel::dsl::sql;
use diesel::prelude::*;
use diesel::sql_types::{Nullable, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::{events, users};

/// An event as stored.
#[derive(Clone, Debug, PartialEq, Queryable)]
pub struct EventRow {
    /// Its id.
    pub id: Uuid,
    /// Kind of event.
    pub event_type: String,
    /// Class of a click.
    pub class: Option<String>,
    /// Why a hit was rejected.
    pub reject_reason: Option<String>,
    /// Where it came from.
    pub origin: String,
    /// When it happened.
    pub occurred_at: DateTime<Utc>,
    /// When it was taken in.
    pub received_at: DateTime<Utc>,
    /// Its link.
    pub link_id: Option<Uuid>,
    /// The click that led to it.
    pub click_id: Option<Uuid>,
    /// Who invited.
    pub referrer_id: Option<Uuid>,
    /// Who was invited.
    pub referee_id: Option<Uuid>,
    /// Keyed hash of the address.
    pub ip_hash: Option<Vec<u8>>,
    /// Truncated network.
    pub ip_prefix: Option<String>,
    /// Pseudonym of the device.
    pub device_fingerprint: Option<String>,
    /// Name of a crawler or unfurler.
    pub agent: Option<String>,
    /// Value as text, without zeros that say nothing.
    pub value: Option<String>,
    /// Its currency.
    pub currency: Option<String>,
    /// The platform's notes.
    pub properties: Option<Value>,
}

/// Which events to list. Absent filters let all through.
#[derive(Clone, Debug, Default)]
pub struct EventFilter {
    /// Kind of event.
    pub event_type: Option<String>,
    /// Class of a click.
    pub class: Option<String>,
    /// Its link.
    pub link_id: Option<Uuid>,
    /// Who invited.
    pub referrer_id: Option<Uuid>,
    /// Pseudonym of the device.
    pub device_fingerprint: Option<String>,
    /// Keyed hash of the address.
    pub ip_hash: Option<[u8; 16]>,
    /// At this time or later.
    pub from: Option<DateTime<Utc>>,
    /// Before this time.
    pub to: Option<DateTime<Utc>>,
}

/// A page of events.
///
/// # Errors
/// When the database refuses.
pub async fn list_events(
    conn: &mut AsyncPgConnection,
    filter: &EventFilter,
    page: PageQuery,
) -> DbResult<Vec<EventRow>> {
    let mut query = events::table
        .select((
            events::id,
            events::type_,
            events::class,
            events::reject_reason,
            events::origin,
            events::occurred_at,
            events::received_at,
            events::link_id,
            events::click_id,
            events::referrer_id,
            events::referee_id,
            events::ip_hash,
            events::ip_prefix,
            events::device_fingerprint,
            events::agent,
            sql::<Nullable<Text>>("trim_scale(value)::text"),
            events::currency,
            events::properties,
        ))
        .into_boxed();
    if let Some(event_type) = &filter.event_type {
        query = query.filter(events::type_.eq(event_type));
    }
    if let Some(class) = &filter.class {
        query = query.filter(events::class.eq(class));
    }
    if let Some(link_id) = filter.link_id {
        query = query.filter(events::link_id.eq(link_id));
    }
    if let Some(referrer_id) = filter.referrer_id {
        query = query.filter(events::referrer_id.eq(referrer_id));
    }
    if let Some(device) = &filter.device_fingerprint {
        query = query.filter(events::device_fingerprint.eq(device));
    }
    if let Some(ip_hash) = &filter.ip_hash {
        query = query.filter(events::ip_hash.eq(ip_hash.as_slice()));
    }
    if let Some(from) = filter.from {
        query = query.filter(events::occurred_at.ge(from));
    }
    if let Some(to) = filter.to {
        query = query.filter(events::occurred_at.lt(to));
    }
    Ok(page_of!(query, page, events::occurred_at, events::id)
        .load(conn)
        .await?)
}

/// External ids of users.
///
/// # Errors
/// When the database refuses.
pub async fn external_ids(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<HashMap<Uuid, String>> {
    let rows: Vec<(Uuid, String)> = users::table
        .filter(users::id.eq_any(ids))
        .select((users::id, users::external_id))
        .load(conn)
        .await?;
    Ok(rows.into_iter().collect())
}

//! All events of a filter, as a file.

use chrono::{DateTime, SecondsFormat, Utc};
use viral_engine_api_types::events::{Event, HitClass};
use viral_engine_db::events::{self as db, EventFilter};

use super::list::{EventQuery, answers, filter};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::export::{
    Border, ExportFormat, ExportStream, Exported, batch_behind, border_of, export,
};

/// Events, newest first, a batch at a time.
///
/// # Errors
/// A malformed `ip_key`; when the database can not be asked.
pub async fn export_events(
    context: &Context,
    query: EventQuery,
    format: ExportFormat,
) -> ServiceResult<ExportStream> {
    let mut conn = context.connection().await?;
    let filter = filter(&mut conn, query).await?;
    let context = context.clone();
    Ok(export(format, None, move |border| {
        batch(context.clone(), filter.clone(), border)
    }))
}

async fn batch(
    context: Context,
    filter: Option<EventFilter>,
    border: Border,
) -> ServiceResult<(Vec<Event>, Option<Border>)> {
    let Some(filter) = filter else {
        return Ok((Vec::new(), None));
    };
    let mut conn = context.connection().await?;
    let rows = db::list_events(&mut conn, &filter, batch_behind(border)).await?;
    let events = answers(&mut conn, rows).await?;
    let next = border_of(&events, |event| (event.occurred_at, event.id.0));
    Ok((events, next))
}

impl Exported for Event {
    const COLUMNS: &'static [&'static str] = &[
        "id",
        "type",
        "class",
        "reject_reason",
        "origin",
        "occurred_at",
        "received_at",
        "link_id",
        "click_id",
        "referrer",
        "referee",
        "ip_key",
        "ip_prefix",
        "device_fingerprint",
        "agent",
        "value",
        "currency",
        "properties",
    ];

    fn cells(&self) -> Vec<String> {
        let time = |time: DateTime<Utc>| time.to_rfc3339_opts(SecondsFormat::Micros, true);
        let text = |text: &Option<String>| text.clone().unwrap_or_default();
        let properties = match self.properties.is_empty() {
            true => String::new(),
            false => serde_json::Value::Object(self.properties.clone()).to_string(),
        };
        vec![
            self.id.to_string(),
            self.event_type.as_str().to_owned(),
            self.class.map_or("", HitClass::as_str).to_owned(),
            text(&self.reject_reason),
            self.origin.as_str().to_owned(),
            time(self.occurred_at),
            time(self.received_at),
            self.link_id.map(|id| id.to_string()).unwrap_or_default(),
            self.click_id.map(|id| id.to_string()).unwrap_or_default(),
            text(&self.referrer),
            text(&self.referee),
            text(&self.ip_key),
            text(&self.ip_prefix),
            text(&self.device_fingerprint),
            text(&self.agent),
            text(&self.value),
            text(&self.currency),
            properties,
        ]
    }
}

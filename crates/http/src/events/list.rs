//! Finding events.

use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use chrono::{DateTime, Utc};
use serde::Deserialize;
use utoipa::IntoParams;
use viral_engine_api_types::events::{Event, EventType, HitClass};
use viral_engine_api_types::times::optional;
use viral_engine_api_types::{LinkId, Page};
use viral_engine_service::cursor::PageRequest;
use viral_engine_service::events::{self, EventQuery};

use crate::answer;
use crate::export::{FormatParameter, download};
use crate::extract::{Caller, Query};
use crate::problem::ApiResult;
use crate::state::AppState;

/// Filters and position of a list of events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ListEvents {
    /// Kind of event.
    #[serde(rename = "type")]
    event_type: Option<EventType>,
    /// Class of a click.
    class: Option<HitClass>,
    /// Link it belongs to.
    link_id: Option<LinkId>,
    /// External id of the user who invited.
    referrer: Option<String>,
    /// Fingerprint as the caller sent it, or as answers show it.
    device_fingerprint: Option<String>,
    /// Key of the address, as answers show it.
    #[param(min_length = 32, max_length = 32, pattern = "^[0-9a-fA-F]*$")]
    ip_key: Option<String>,
    /// At this time or later.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// Items on the page, 1 to 100.
    #[param(minimum = 1, maximum = 100, default = 25)]
    limit: Option<u32>,
    /// `next_cursor` or `prev_cursor` of another page.
    cursor: Option<String>,
}

/// Filters of an export of events.
#[derive(Debug, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct ExportEvents {
    /// Kind of event.
    #[serde(rename = "type")]
    event_type: Option<EventType>,
    /// Class of a click.
    class: Option<HitClass>,
    /// Link it belongs to.
    link_id: Option<LinkId>,
    /// External id of the user who invited.
    referrer: Option<String>,
    /// Fingerprint as the caller sent it, or as answers show it.
    device_fingerprint: Option<String>,
    /// Key of the address, as answers show it.
    #[param(min_length = 32, max_length = 32, pattern = "^[0-9a-fA-F]*$")]
    ip_key: Option<String>,
    /// At this time or later.
    #[serde(default, deserialize_with = "optional")]
    from: Option<DateTime<Utc>>,
    /// Before this time.
    #[serde(default, deserialize_with = "optional")]
    to: Option<DateTime<Utc>>,
    /// How the export is written.
    #[param(inline)]
    format: Option<FormatParameter>,
}

/// List events
///
/// Latest first.
#[utoipa::path(
    tag = "events",
    params(ListEvents),
    responses((status = 200, description = "A page of events", body = Page<Event>))
)]
#[get("/v1/events")]
pub async fn list_events(
    state: Data<AppState>,
    _caller: Caller,
    query: Query<ListEvents>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let page = PageRequest::parse(query.limit, query.cursor.as_deref())?;
    let filter = EventQuery {
        event_type: query.event_type,
        class: query.class,
        link_id: query.link_id,
        referrer: query.referrer,
        device_fingerprint: query.device_fingerprint,
        ip_key: query.ip_key,
        from: query.from,
        to: query.to,
    };
    Ok(answer::ok(
        &events::list_events(&state.context, filter, page).await?,
    ))
}

/// Export events
///
/// All events of the filter, latest first, as CSV or NDJSON. Cells that a spreadsheet could take for a formula begin
/// with a quote.
#[utoipa::path(
    tag = "events",
    params(ExportEvents),
    responses((status = 200, description = "The events", content((String = "text/csv"), (String = "application/x-ndjson"))))
)]
#[get("/v1/events/export")]
pub async fn export_events(
    state: Data<AppState>,
    _caller: Caller,
    query: Query<ExportEvents>,
) -> ApiResult<HttpResponse> {
    let query = query.0;
    let filter = EventQuery {
        event_type: query.event_type,
        class: query.class,
        link_id: query.link_id,
        referrer: query.referrer,
        device_fingerprint: query.device_fingerprint,
        ip_key: query.ip_key,
        from: query.from,
        to: query.to,
    };
    let format = query.format.unwrap_or_default().into();
    let parts = events::export_events(&state.context, filter, format).await?;
    Ok(download("events", format, parts))
}

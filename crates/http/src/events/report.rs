//! Reporting events.

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{HttpRequest, HttpResponse, post, web};
use serde_json::Value;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::events::{
    BULK_MAX, CreateEvent, EventResult, EventStatus, EventsAnswer,
};
use viral_engine_api_types::openapi::EventBatch;
use viral_engine_service::events::{self, Report};
use viral_engine_service::{ServiceError, ServiceResult};

use crate::extract::body::content_type;
use crate::extract::{Body, Caller, json, read_body};
use crate::problem::{ApiError, ApiResult};
use crate::state::AppState;
use crate::{answer, bulk};

/// Media type of JSON lines.
const NDJSON: &str = "application/x-ndjson";

/// Report an event
///
/// Answered once the event is committed: 201 when it is stored, 200 when it was known already (the same `event_id`
/// within 30 days, or a referee who has converted before). Unknown users are created with age band `unknown`.
#[utoipa::path(
    tag = "events",
    request_body = CreateEvent,
    responses(
        (status = 201, description = "The event is stored", body = EventResult),
        (status = 200, description = "The event was known already", body = EventResult),
    )
)]
#[post("/v1/events")]
pub async fn create_event(
    state: Data<AppState>,
    caller: Caller,
    body: Body<CreateEvent>,
) -> ApiResult<HttpResponse> {
    let report = events::create_event(&state.context, &state.ingest, &caller, body.0).await?;
    let result = accepted(0, report);
    Ok(match report {
        Report::Accepted(_) => HttpResponse::Created().json(result),
        Report::Duplicate(_) => answer::ok(&result),
    })
}

/// Report up to 5,000 events
///
/// As a JSON array or as NDJSON. Good events are kept whatever the others are; each has its result.
#[utoipa::path(
    tag = "events",
    request_body(content((EventBatch = "application/json"), (EventBatch = "application/x-ndjson"))),
    responses((status = 200, description = "A result for each event, in order", body = EventsAnswer))
)]
#[post("/v1/events/bulk")]
pub async fn create_events(
    state: Data<AppState>,
    caller: Caller,
    request: HttpRequest,
    payload: web::Payload,
) -> ApiResult<HttpResponse> {
    let bodies = read_events(&request, &mut payload.into_inner()).await?;
    let reports = events::create_events(&state.context, &state.ingest, &caller, bodies).await?;
    Ok(answer::ok(&summary(&request, reports)))
}

fn summary(request: &HttpRequest, reports: Vec<ServiceResult<Report>>) -> EventsAnswer {
    let results: Vec<EventResult> = reports
        .into_iter()
        .enumerate()
        .map(|(index, report)| match report {
            Ok(report) => accepted(index, report),
            Err(error) => EventResult {
                index,
                status: EventStatus::Rejected,
                id: None,
                problem: Some(bulk::problem(request, &error)),
            },
        })
        .collect();
    let count = |status| results.iter().filter(|r| r.status == status).count();
    EventsAnswer {
        accepted: count(EventStatus::Accepted),
        duplicates: count(EventStatus::Duplicate),
        rejected: count(EventStatus::Rejected),
        results,
    }
}

fn accepted(index: usize, report: Report) -> EventResult {
    let (status, id) = match report {
        Report::Accepted(id) => (EventStatus::Accepted, id),
        Report::Duplicate(id) => (EventStatus::Duplicate, id),
    };
    EventResult {
        index,
        status,
        id: Some(id),
        problem: None,
    }
}

/// The events of a body, each readable or not by itself.
async fn read_events(
    request: &HttpRequest,
    payload: &mut Payload,
) -> Result<Vec<ServiceResult<CreateEvent>>, ApiError> {
    let media_type = content_type(request).map(str::to_ascii_lowercase);
    let values: Vec<ServiceResult<Value>> = match media_type.as_deref() {
        Some("application/json") => {
            let bytes = read_body(request, payload).await?;
            let values: Vec<Value> = json::parse(&bytes)?;
            values.into_iter().map(Ok).collect()
        }
        Some(NDJSON) => {
            let bytes = read_body(request, payload).await?;
            bytes
                .split(|byte| *byte == b'\n')
                .filter(|line| !line.trim_ascii().is_empty())
                .map(json::parse)
                .collect()
        }
        _ => {
            let detail = format!(
                "Send the events as application/json or {NDJSON}, and say so in Content-Type."
            );
            return Err(ApiError::new(ErrorCode::UnsupportedMediaType, detail));
        }
    };
    if !(1..=BULK_MAX).contains(&values.len()) {
        let detail = format!("Give 1 to {BULK_MAX} events.");
        return Err(ServiceError::field("", "length", detail).into());
    }
    Ok(values
        .into_iter()
        .enumerate()
        .map(|(index, value)| json::from_value(value?, &format!("/{index}")))
        .collect())
}

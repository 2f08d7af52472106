//! Events that a platform reports: checked here, stored by ingest.

use viral_engine_api_types::events::{CreateEvent, EventOrigin};
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{EventId, FieldError};

use super::incoming::IncomingEvent;
use super::ingest::{IngestHandle, Outcome, Rejection};
use super::prepare::Intake;
use super::redact::redacted;
use crate::caller::Caller;
use crate::context::Context;
use crate::entropy::Entropy;
use crate::error::{ServiceError, ServiceResult};

/// What became of a reported event that was not rejected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Report {
    /// Stored.
    Accepted(EventId),
    /// Known already, as this event.
    Duplicate(EventId),
}

/// Takes an event in.
///
/// # Errors
/// Fields at fault; [`ServiceError::Unavailable`] when too many events wait or the database can not be reached.
pub async fn create_event(
    context: &Context,
    ingest: &IngestHandle,
    caller: &Caller,
    body: CreateEvent,
) -> ServiceResult<Report> {
    let intake = intake(context, ingest, caller, EventOrigin::Api);
    let event = intake.prepare(body, &mut Entropy::default())?;
    let events = redacted(context, vec![event]).await?;
    let outcomes = ingest.store(events).await?;
    let outcome = outcomes
        .into_iter()
        .next()
        .ok_or_else(|| ServiceError::Internal("an event without an outcome".to_owned()))?;
    report(outcome)
}

/// Takes events in; each succeeds or fails on its own. `bodies` are items that could be read, or why not; pointers of
/// field errors begin with `/<index>`.
///
/// # Errors
/// [`ServiceError::Unavailable`] when nothing of it could be stored.
pub async fn create_events(
    context: &Context,
    ingest: &IngestHandle,
    caller: &Caller,
    bodies: Vec<ServiceResult<CreateEvent>>,
) -> ServiceResult<Vec<ServiceResult<Report>>> {
    take_in(context, ingest, caller, EventOrigin::Api, bodies).await
}

/// As [`create_events`], for events that come in another way; an import waits for its turn instead of being refused.
///
/// # Errors
/// As [`create_events`].
pub(crate) async fn take_in(
    context: &Context,
    ingest: &IngestHandle,
    caller: &Caller,
    origin: EventOrigin,
    bodies: Vec<ServiceResult<CreateEvent>>,
) -> ServiceResult<Vec<ServiceResult<Report>>> {
    let prepared = prepare_all(context, ingest, caller, origin, bodies).await?;
    let mut events = Vec::with_capacity(prepared.len());
    let mut slots = Vec::with_capacity(prepared.len());
    for item in prepared {
        slots.push(item.map(|event| events.push(event)));
    }
    let events = redacted(context, events).await?;
    let mut outcomes = match origin {
        _ if events.is_empty() => Vec::new(),
        EventOrigin::Import => ingest.store_when_possible(events).await?,
        _ => ingest.store(events).await?,
    }
    .into_iter();
    Ok(slots
        .into_iter()
        .enumerate()
        .map(|(index, slot)| {
            slot?;
            let outcome = outcomes
                .next()
                .ok_or_else(|| ServiceError::Internal("an event without an outcome".to_owned()))?;
            report(outcome).map_err(|error| below(error, index))
        })
        .collect())
}

/// Scanning thousands of properties takes too long for a thread that serves others.
async fn prepare_all(
    context: &Context,
    ingest: &IngestHandle,
    caller: &Caller,
    origin: EventOrigin,
    bodies: Vec<ServiceResult<CreateEvent>>,
) -> ServiceResult<Vec<ServiceResult<IncomingEvent>>> {
    let (context, ingest, caller) = (context.clone(), ingest.clone(), caller.clone());
    tokio::task::spawn_blocking(move || {
        let intake = intake(&context, &ingest, &caller, origin);
        let mut entropy = Entropy::default();
        bodies
            .into_iter()
            .enumerate()
            .map(|(index, body)| {
                intake
                    .prepare(body?, &mut entropy)
                    .map_err(|error| below(error, index))
            })
            .collect()
    })
    .await
    .map_err(|error| ServiceError::Internal(error.to_string()))
}

fn intake<'a>(
    context: &Context,
    ingest: &'a IngestHandle,
    caller: &Caller,
    origin: EventOrigin,
) -> Intake<'a> {
    Intake {
        origin,
        identification: ingest.identification(),
        may_import: caller.may(Permission::EventsImport),
        now: context.now(),
    }
}

fn report(outcome: Outcome) -> ServiceResult<Report> {
    match outcome {
        Outcome::Accepted { id, .. } => Ok(Report::Accepted(id.into())),
        Outcome::Duplicate(id) => Ok(Report::Duplicate(id.into())),
        Outcome::Rejected(Rejection::UnknownLink) => Err(ServiceError::field(
            "/link_token",
            "unknown_link",
            "There is no link with this token.",
        )),
        Outcome::Rejected(Rejection::SelfReferral) => Err(self_referral()),
    }
}

/// The event names its referee as referrer too, by itself or by a link.
fn self_referral() -> ServiceError {
    let detail = "Nobody invites themselves.";
    ServiceError::field("/referee", "self_referral", detail)
}

/// Field errors of the item at `index` of a call.
fn below(error: ServiceError, index: usize) -> ServiceError {
    match error {
        ServiceError::Invalid(errors) => ServiceError::Invalid(
            errors
                .into_iter()
                .map(|error| FieldError {
                    pointer: format!("/{index}{}", error.pointer),
                    ..error
                })
                .collect(),
        ),
        other => other,
    }
}

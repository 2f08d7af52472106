//! Takes what is known of the people of an event out of its properties, before it waits to be stored.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use chrono::TimeDelta;
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::events::reported::{self as db, ReportedClick};
use viral_engine_domain::event_id;

use super::incoming::{IncomingEvent, LinkReference};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::Subjects;

/// The events without what is known of those who invited and those who were invited.
///
/// # Errors
/// When the database can not be asked.
pub(super) async fn redacted(
    context: &Context,
    mut events: Vec<IncomingEvent>,
) -> ServiceResult<Vec<IncomingEvent>> {
    if !events.iter().any(has_properties) {
        return Ok(events);
    }
    let by_link = ByLink::find_all(context, &events).await?;
    let mut conn = context.connection().await?;
    let told = events.iter().filter(|event| has_properties(event));
    let names = told.flat_map(|event| people(event, &by_link));
    let subjects = Subjects::load(&mut conn, context, names).await?;
    drop(conn);
    let work = move || {
        let told = events.iter_mut().filter(|event| has_properties(event));
        let mut redacted = told.map(|event| redact(event, &subjects, &by_link));
        redacted.try_for_each(|done| done).map(|()| events)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))?
}

fn has_properties(event: &IncomingEvent) -> bool {
    let reported = event.reported.as_ref();
    reported.is_some_and(|reported| reported.properties.is_some())
}

fn redact(event: &mut IncomingEvent, subjects: &Subjects, by_link: &ByLink) -> ServiceResult<()> {
    let redactor = subjects.about(people(event, by_link))?;
    if let Some(reported) = &mut event.reported {
        let properties = reported.properties.take();
        reported.properties = properties.map(|it| redactor.scanner().redact_json(it));
    }
    Ok(())
}

/// External ids of the people of an event.
fn people<'a>(
    event: &'a IncomingEvent,
    by_link: &'a ByLink,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let reported = event.reported.as_ref();
    let named = reported
        .into_iter()
        .flat_map(|it| [&it.referrer, &it.referee]);
    let by_token = token(event).and_then(|token| by_link.tokens.get(token));
    let by_click = event
        .click_id
        .and_then(|id| by_link.clicks.get(&id)?.as_ref());
    named
        .flatten()
        .chain(by_token)
        .chain(by_click)
        .map(String::as_str)
}

fn token(event: &IncomingEvent) -> Option<&str> {
    match &event.link {
        LinkReference::Token(token) => Some(token),
        _ => None,
    }
}

fn click(event: &IncomingEvent) -> Option<ReportedClick> {
    let id = event.click_id?;
    let (since, until) = event_id::millisecond_of(id)?;
    Some(ReportedClick { id, since, until })
}

/// External ids of those whose link, or the click on whose link, events name.
#[derive(Default)]
struct ByLink {
    tokens: HashMap<String, String>,
    clicks: HashMap<Uuid, Option<String>>,
}

/// A click is normally stored within a second. So long it is waited for, or the event would be kept with what is known of
/// whoever invited.
const PATIENCE: Duration = Duration::from_millis(1_500);
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(100);
/// An older click is not on its way any more.
const ON_ITS_WAY: TimeDelta = TimeDelta::seconds(30);

impl ByLink {
    /// The same, when clicks that are on their way have come, or do not come.
    async fn find_all(context: &Context, events: &[IncomingEvent]) -> ServiceResult<Self> {
        let begun = Instant::now();
        loop {
            let mut conn = context.connection().await?;
            let found = Self::find(&mut conn, events).await?;
            drop(conn);
            let recent = context.now() - ON_ITS_WAY;
            let is_awaited = |click: ReportedClick| {
                click.since > recent && !found.clicks.contains_key(&click.id)
            };
            let told = events.iter().filter(|event| has_properties(event));
            let is_complete = !told.filter_map(click).any(is_awaited);
            if is_complete || begun.elapsed() >= PATIENCE {
                return Ok(found);
            }
            tokio::time::sleep(PAUSE).await;
        }
    }

    async fn find(conn: &mut AsyncPgConnection, events: &[IncomingEvent]) -> ServiceResult<Self> {
        let told = || events.iter().filter(|event| has_properties(event));
        let tokens: Vec<&str> = told().filter_map(token).collect();
        let clicks: Vec<ReportedClick> = told().filter_map(click).collect();
        let mut found = Self::default();
        if !tokens.is_empty() {
            let referrers = db::referrers_of_links(conn, &tokens).await?;
            found.tokens = referrers.into_iter().collect();
        }
        if !clicks.is_empty() {
            let referrers = db::referrers_of_clicks(conn, &clicks).await?;
            found.clicks = referrers.into_iter().collect();
        }
        Ok(found)
    }
}

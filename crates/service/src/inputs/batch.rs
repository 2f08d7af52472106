//! What all inputs share: items that fail on their own, checked times, one transaction for the rest.

use std::collections::HashMap;

use chrono::{DateTime, SubsecRound, TimeDelta, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::inputs::BULK_MAX;
use viral_engine_db::data_version;
use viral_engine_db::inputs::{InputDay, Reached, add_input_days, record_reached};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{KnownUser, Subjects, resolve_or_create};
use crate::validation::is_slug;

/// Clocks of platforms may be this far ahead.
const AHEAD: TimeDelta = TimeDelta::minutes(5);

/// Items of a bulk call as they were read, in order.
pub type Items<T> = Vec<ServiceResult<T>>;

/// The users that a call names, by external id.
pub(crate) type Users = HashMap<String, KnownUser>;

/// What a kind of input is made of.
pub(crate) trait Input: Sized + Send + Sync + 'static {
    /// What is answered.
    type Answer: Send + Sync;

    /// A checked item, with everything computed that needs no database.
    type Checked: Send + Sync;

    /// Name of the kind in the audit trail.
    const KIND: &'static str;

    /// Whether the guardrails look at it, so that their kept answers end with it.
    const GUARDED: bool = true;

    /// Checks an item; pointers begin with `prefix`. Long work belongs here: it runs beside the server's threads.
    fn check(self, now: DateTime<Utc>, prefix: &str) -> ServiceResult<Self::Checked>;

    /// External ids of the users it names.
    fn users(checked: &Self::Checked) -> Vec<&str>;

    /// External ids of those of whom its texts tell: they are looked for in them.
    fn told_of(_checked: &Self::Checked) -> Vec<&str> {
        Vec::new()
    }

    /// Takes what is known of those people out of the texts.
    fn redact(_checked: &mut Self::Checked, _subjects: &Subjects) -> ServiceResult<()> {
        Ok(())
    }

    /// Stores items; the transaction is the caller's, and the clock stands still at the time of the call.
    fn store(
        conn: &mut AsyncPgConnection,
        checked: Vec<Self::Checked>,
        users: &Users,
        context: &Context,
    ) -> impl Future<Output = ServiceResult<Stored<Self::Answer>>> + Send;
}

/// What was stored, and what it adds to the sums.
pub(crate) struct Stored<A> {
    /// Ids and answers, in order.
    pub(crate) answers: Vec<(Uuid, A)>,
    pub(crate) reached: Vec<Reached>,
    pub(crate) days: Vec<InputDay>,
}

/// Stores one item.
pub(crate) async fn create_one<I: Input>(
    context: &Context,
    caller: &Caller,
    action: &'static str,
    item: I,
) -> ServiceResult<I::Answer> {
    let now = context.now();
    let checked = redacted::<I>(context, vec![item.check(now, "")?]).await?;
    let mut answers = store::<I>(context, caller, action, checked, now).await?;
    answers
        .pop()
        .ok_or_else(|| ServiceError::Internal("an input was stored without an answer".to_owned()))
}

/// Stores every item that has no fault; answers one result an item, in order.
pub(crate) async fn create_each<I: Input>(
    context: &Context,
    caller: &Caller,
    action: &'static str,
    items: Items<I>,
) -> ServiceResult<Vec<ServiceResult<I::Answer>>> {
    if !(1..=BULK_MAX).contains(&items.len()) {
        let detail = format!("Give 1 to {BULK_MAX} items.");
        return Err(ServiceError::field("/items", "length", detail));
    }
    let now = context.now();
    // Scanning a thousand payloads takes longer than other requests should wait for.
    let checked = tokio::task::spawn_blocking(move || check_each(items, now))
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))?;
    let mut faults = Vec::with_capacity(checked.len());
    let mut sound = Vec::with_capacity(checked.len());
    for item in checked {
        match item {
            Ok(item) => {
                sound.push(item);
                faults.push(None);
            }
            Err(error) => faults.push(Some(error)),
        }
    }
    let answers = match sound.is_empty() {
        true => Vec::new(),
        false => {
            let sound = redacted::<I>(context, sound).await?;
            store::<I>(context, caller, action, sound, now).await?
        }
    };
    let mut answers = answers.into_iter();
    let lost = || ServiceError::Internal("an input was stored without an answer".to_owned());
    Ok(faults
        .into_iter()
        .map(|fault| match fault {
            Some(error) => Err(error),
            None => answers.next().ok_or_else(lost),
        })
        .collect())
}

fn check_each<I: Input>(items: Items<I>, now: DateTime<Utc>) -> Vec<ServiceResult<I::Checked>> {
    items
        .into_iter()
        .enumerate()
        .map(|(index, item)| item?.check(now, &format!("/items/{index}")))
        .collect()
}

/// The items without what is known of those of whom they tell.
async fn redacted<I: Input>(
    context: &Context,
    mut checked: Vec<I::Checked>,
) -> ServiceResult<Vec<I::Checked>> {
    let names: Vec<&str> = checked.iter().flat_map(I::told_of).collect();
    if names.is_empty() {
        return Ok(checked);
    }
    let mut conn = context.connection().await?;
    let subjects = Subjects::load(&mut conn, context, names).await?;
    drop(conn);
    let work = move || {
        let redacted = checked
            .iter_mut()
            .try_for_each(|one| I::redact(one, &subjects));
        redacted.map(|()| checked)
    };
    tokio::task::spawn_blocking(work)
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))?
}

async fn store<I: Input>(
    context: &Context,
    caller: &Caller,
    action: &'static str,
    checked: Vec<I::Checked>,
    now: DateTime<Utc>,
) -> ServiceResult<Vec<I::Answer>> {
    let mut conn = context.connection().await?;
    let answers = conn
        .transaction(async |conn| {
            let named: Vec<&str> = checked.iter().flat_map(I::users).collect();
            let users = resolve_or_create(conn, now, named).await?;
            let stored = I::store(conn, checked, &users, &context.at(now)).await?;
            record_reached(conn, &stored.reached).await?;
            record_audit(context, conn, caller, (action, I::KIND), &stored.answers).await?;
            add_input_days(conn, &stored.days).await?;
            Ok::<_, ServiceError>(stored.answers)
        })
        .await?;
    if I::GUARDED {
        data_version::bump(&mut conn).await?;
    }
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}

/// One entry a call, named after its first object.
async fn record_audit<A>(
    context: &Context,
    conn: &mut AsyncPgConnection,
    caller: &Caller,
    (action, kind): (&'static str, &'static str),
    answers: &[(Uuid, A)],
) -> ServiceResult<()> {
    let ids: Vec<String> = answers.iter().map(|(id, _)| id.to_string()).collect();
    let first = ids.first().map(String::as_str).unwrap_or_default();
    let changes = match ids.len() {
        1 => json!({}),
        count => json!({ "count": count, "ids": ids }),
    };
    audit::record(conn, context, caller, action, (kind, first), changes).await
}

/// The id of a user whom the call named.
pub(crate) fn id_of(users: &Users, external_id: &str) -> ServiceResult<Uuid> {
    users
        .get(external_id)
        .map(|user| user.id.0)
        .ok_or_else(|| ServiceError::Internal("a named user was not resolved".to_owned()))
}

/// A time as reported, to the microsecond; now when absent.
pub(crate) fn checked_time(
    reported: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    pointer: &str,
) -> Result<DateTime<Utc>, FieldError> {
    let Some(time) = reported else {
        return Ok(now);
    };
    let earliest = DateTime::UNIX_EPOCH + TimeDelta::days(1);
    if time > now + AHEAD {
        let detail = "Give a time that is at most 5 minutes ahead.";
        return Err(FieldError::new(pointer, "in_the_future", detail));
    }
    if time < earliest {
        let detail = "Give a time since the year 1970.";
        return Err(FieldError::new(pointer, "too_early", detail));
    }
    Ok(time.trunc_subsecs(6))
}

/// A slug as reported; `example` is one.
pub(crate) fn checked_slug(slug: &str, pointer: &str, example: &str) -> Result<(), FieldError> {
    if is_slug(slug) {
        return Ok(());
    }
    let detail = format!("Give a slug of a-z, 0-9, _ and -, such as {example}.");
    Err(FieldError::new(pointer, "malformed_slug", detail))
}

/// Collects what is wrong with the fields of an item.
#[derive(Default)]
pub(crate) struct Faults(Vec<FieldError>);

impl Faults {
    /// The value, or a stand-in while its fault is noted.
    pub(crate) fn note<T>(&mut self, checked: Result<T, FieldError>, stand_in: T) -> T {
        checked.unwrap_or_else(|fault| {
            self.0.push(fault);
            stand_in
        })
    }

    /// Notes the faults that the declared rules of a body find.
    pub(crate) fn note_rules(&mut self, checked: ServiceResult<()>) {
        if let Err(ServiceError::Invalid(faults)) = checked {
            self.0.extend(faults);
        }
    }

    /// Fails when there is a fault.
    pub(crate) fn into_result(self) -> ServiceResult<()> {
        if self.0.is_empty() {
            Ok(())
        } else {
            Err(ServiceError::Invalid(self.0))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn now() -> DateTime<Utc> {
        "2026-03-02T12:00:00Z".parse().unwrap()
    }

    #[test]
    fn a_time_may_be_five_minutes_ahead_and_no_more() {
        let ahead = now() + AHEAD;
        assert_eq!(checked_time(Some(ahead), now(), "/at"), Ok(ahead));
        let beyond = checked_time(Some(ahead + TimeDelta::microseconds(1)), now(), "/at");
        assert_eq!(beyond.unwrap_err().code, "in_the_future");
    }

    #[test]
    fn a_time_has_microseconds_and_lies_in_the_calendar() {
        let fine = now() + TimeDelta::nanoseconds(1_999);
        let expected = now() + TimeDelta::microseconds(1);
        assert_eq!(checked_time(Some(fine), now(), "/at"), Ok(expected));
        assert!(checked_time(Some(DateTime::<Utc>::MIN_UTC), now(), "/at").is_err());
        assert_eq!(checked_time(None, now(), "/at"), Ok(now()));
    }
}

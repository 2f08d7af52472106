//! What time does to requests: reminders, second steps, ends, and the purge of addresses.

use chrono::TimeDelta;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use viral_engine_api_types::flags::FlagKey;
use viral_engine_db::consents::{self as db, Due, DueRequest, RequestRow};
use viral_engine_db::emails::erase_emails_about;
use viral_engine_domain::consents::ConsentEvent;
use viral_engine_domain::consents::Gate;

use super::change::{Deed, change, each};
use super::disown::{end_unwanted, is_unwanted};
use super::mail::{can_write, subject_keys, write_to_guardian};
use super::minor::{stop, went_to_minor};
use super::row::pending;
use super::verification::{end_verification, erase_forms, is_submitted};
use crate::caller::Caller;
use crate::context::Context;
use crate::emails::ConsentStage;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::jobs::JobPayload;
use crate::notices::RequireReconsent;

/// A guardian who has not answered is reminded after so long, once.
const REMINDED_AFTER: TimeDelta = TimeDelta::days(7);
/// The address of a guardian who allows nothing is kept for so long after the end of the request.
const CONTACT_KEPT: TimeDelta = TimeDelta::hours(12);
/// Every node has read changes after so long.
const CHANGES_KEPT: TimeDelta = TimeDelta::days(1);
/// Requests, or consents, of one transaction.
const BATCH: i64 = 100;

const DEED: Deed = Deed {
    action: "advance_consents",
    locale: "en",
};

/// Reminds guardians, sends second steps, ends what was not answered in time, and purges addresses and forms.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdvanceConsents {}

impl JobPayload for AdvanceConsents {
    const KIND: &'static str = "advance_consents";
    const GATE: Gate = Gate::Nothing;
}

/// Does what is due, and answers for how many requests.
///
/// # Errors
/// When the database refuses, or one of the requests can not be advanced; the next call goes on.
pub async fn advance_consents(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut done = 0;
    loop {
        let purged = conn
            .transaction(async |conn| purge_batch(conn, context).await)
            .await?;
        done += purged;
        if purged == 0 {
            break;
        }
    }
    done += erase_forms(&mut conn, context).await?;
    db::prune_changes(&mut conn, context.now() - CHANGES_KEPT).await?;
    Ok(done + advance_requests(&mut conn, context).await?)
}

/// Advances each request of which something is due, in a transaction of its own: what is wrong with one keeps none of the others.
///
/// # Errors
/// The first that there was, once all others are done.
async fn advance_requests(conn: &mut AsyncPgConnection, context: &Context) -> ServiceResult<usize> {
    let now = context.now();
    let due = Due {
        now,
        remind_before: now - REMINDED_AFTER,
        is_mail_sent: flags::is_on(conn, FlagKey::EmailDelivery).await?,
    };
    let (mut done, mut failed, mut last) = (0, None, None);
    loop {
        let batch = db::due_requests(conn, due, last, BATCH).await?;
        for one in &batch {
            let advanced = conn
                .transaction(async |conn| advance_one(conn, context, due, *one).await)
                .await;
            match advanced {
                Ok(advanced) => done += usize::from(advanced),
                Err(error) => {
                    tracing::error!(request = %one.id, %error, "a request for consents was not advanced");
                    failed.get_or_insert(error);
                }
            }
        }
        last = batch.last().copied();
        if last.is_none() {
            return failed.map_or(Ok(done), Err);
        }
    }
}

/// The child comes before the request and its consents, as wherever these change.
async fn advance_one(
    conn: &mut AsyncPgConnection,
    context: &Context,
    due: Due,
    one: DueRequest,
) -> ServiceResult<bool> {
    db::lock_child(conn, one.child_id).await?;
    let Some(request) = db::lock_due_request(conn, due, one.id).await? else {
        return Ok(false);
    };
    advance(conn, context, request).await?;
    Ok(true)
}

async fn advance(
    conn: &mut AsyncPgConnection,
    context: &Context,
    mut request: RequestRow,
) -> ServiceResult<()> {
    let now = context.now();
    let pending = pending(db::lock_consents_of_request(conn, request.id).await?)?;
    let scopes = || {
        pending
            .iter()
            .map(|row| row.scope.clone())
            .collect::<Vec<_>>()
    };
    if pending.is_empty() {
        request.closed_at = Some(now);
        // What it was for ended in another way, as by another notice: its form is not kept for a decision that never comes.
        end_verification(conn, context, request.id).await?;
    } else if request.until <= now {
        request.closed_at = Some(now);
        let mut over = each(pending, &ConsentEvent::TimeOver);
        end_verification(conn, context, request.id).await?;
        change(conn, context, &Caller::system(), DEED, &mut over).await?;
    } else if is_unwanted(conn, context, &request).await? {
        return end_unwanted(conn, context, DEED, (request, pending)).await;
    } else if went_to_minor(conn, context, &request).await? {
        return stop(conn, context, DEED, (request, pending)).await;
    } else if !can_write(conn, &request).await? {
        // It stays due until delivery is on.
        return Ok(());
    } else if request.confirm_from.is_some() {
        request.confirm_sent_at = Some(now);
        let stage = ConsentStage::Confirmation;
        write_to_guardian(conn, context, &request, stage, scopes()).await?;
    } else {
        request.reminded_at = Some(now);
        // Whose form waits to be looked at has answered.
        if !is_submitted(conn, request.id).await? {
            let stage = ConsentStage::Reminder;
            write_to_guardian(conn, context, &request, stage, scopes()).await?;
        }
    }
    db::save_request(conn, &request).await?;
    Ok(())
}

/// Purges the addresses of guardians who allow nothing, from requests and from the messages that were sent.
async fn purge_batch(conn: &mut AsyncPgConnection, context: &Context) -> ServiceResult<usize> {
    let purgeable = db::purgeable_requests(conn, context.now() - CONTACT_KEPT, BATCH).await?;
    for request in &purgeable {
        let purged = RequestRow {
            contact_cipher: None,
            ..request.clone()
        };
        db::save_request(conn, &purged).await?;
        for subject in subject_keys(request.id) {
            erase_emails_about(conn, &subject).await?;
        }
    }
    Ok(purgeable.len())
}

/// Asks for consents anew that were given to earlier versions of a notice that is material.
///
/// # Errors
/// When the database refuses; the same again goes on.
pub async fn require_reconsent(context: &Context, job: RequireReconsent) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut changed = 0;
    loop {
        let batch = conn
            .transaction(async |conn| {
                let rows = db::standing_under_earlier_notices(conn, job.notice, BATCH).await?;
                let mut rows = each(rows, &ConsentEvent::MaterialChange);
                let deed = Deed {
                    action: "require_reconsent",
                    ..DEED
                };
                change(conn, context, &Caller::system(), deed, &mut rows).await?;
                Ok::<_, ServiceError>(rows.len())
            })
            .await?;
        changed += batch;
        if batch == 0 {
            return Ok(changed);
        }
    }
}

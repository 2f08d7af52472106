//! What providers tell of messages: returned, or reported as spam.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_api_types::emails::{
    EmailEvent, EmailEventType, EmailEventsAnswer, ReportEmailEvents,
};
use viral_engine_db::emails::{self as db, EmailRow};
use viral_engine_domain::emails::{self as rules, Reason, message_id_key};

use super::queue::count;
use super::row::advance;
use super::suppress::suppress_recipient;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Takes what a provider tells, and lets the recipients get no more mail. Telling it again changes nothing.
///
/// # Errors
/// When the database refuses; then nothing was taken.
pub async fn report_email_events(
    context: &Context,
    caller: &Caller,
    body: &ReportEmailEvents,
) -> ServiceResult<EmailEventsAnswer> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut answer = EmailEventsAnswer {
            accepted: 0,
            unknown: 0,
        };
        for event in &body.events {
            let id = message_id_key(&event.message_id);
            match db::lock_email_by_message_id(conn, &id).await? {
                Some(row) => {
                    take(conn, context, caller, event, row).await?;
                    answer.accepted += 1;
                }
                None => answer.unknown += 1,
            }
        }
        Ok(answer)
    })
    .await
}

async fn take(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    event: &EmailEvent,
    mut row: EmailRow,
) -> ServiceResult<()> {
    let reason = match event.event_type {
        EmailEventType::Bounced if event.permanent == Some(false) => return Ok(()),
        EmailEventType::Bounced => Reason::Bounced,
        EmailEventType::Complained => Reason::Complaint,
    };
    if reason == Reason::Bounced {
        match advance(&mut row, rules::EmailEvent::Bounced) {
            Ok(()) => db::update_email(conn, &row).await?,
            // It never left, so this is about another message.
            Err(ServiceError::Conflict(_)) => return Ok(()),
            Err(error) => return Err(error),
        }
    }
    if suppress_recipient(conn, context, &row, reason).await? {
        let object = row.id.to_string();
        let changes = json!({ "type": event.event_type });
        audit::record(
            conn,
            context,
            caller,
            "report_email_events",
            ("email", &object),
            changes,
        )
        .await?;
        count(&row.kind, event.event_type.as_str());
    }
    Ok(())
}

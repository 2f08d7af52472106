//! Sends a parent's week again on purpose.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_api_types::RecapId;
use viral_engine_api_types::emails::Email;
use viral_engine_api_types::permissions::Permission;
use viral_engine_db::recaps::{self as db, RecapEmail, RecapRow};
use viral_engine_domain::recaps::Week;

use super::list::missing;
use super::mail::{MailContents, email};
use super::page::children_weeks;
use crate::audit;
use crate::caller::Caller;
use crate::consents::consents_urls;
use crate::context::Context;
use crate::emails::{NewEmail, queue_again, shown_email};
use crate::error::{ServiceError, ServiceResult};
use crate::users::PersonalKeys;

/// Sends the message of a recap's parent and week, with all children, as they are known now.
///
/// # Errors
/// No such recap; a conflict when the parent does not want recaps, gets no such mail or has no address, or the latest
/// message is still on its way; delivery that is switched off.
pub async fn resend_recap(context: &Context, caller: &Caller, id: RecapId) -> ServiceResult<Email> {
    let keys = PersonalKeys::of(&context.keys);
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            let recap = db::find_recap(conn, id.0).await.map_err(missing)?;
            let message = message(conn, context, &keys, &recap).await?;
            let (again, lifted) = queue_again(conn, context, &message).await?;
            let sent = RecapEmail {
                parent: recap.parent_id,
                week: recap.week,
                email: again.id,
            };
            db::set_recap_emails(conn, &[sent]).await?;
            let changes = json!({ "sent_as": again.id, "bounce_set_aside": lifted });
            let object = id.to_string();
            let object = ("recap", object.as_str());
            audit::record(conn, context, caller, "resend_recap", object, changes).await?;
            ServiceResult::Ok(again)
        })
        .await?;
    let shown = caller.may(Permission::UsersReadPersonal).then_some(&keys);
    shown_email(&row, shown)
}

async fn message(
    conn: &mut AsyncPgConnection,
    context: &Context,
    keys: &PersonalKeys,
    recap: &RecapRow,
) -> ServiceResult<NewEmail> {
    let parent = db::find_parent(conn, recap.parent_id).await?;
    if !parent.weekly_recap {
        return Err(conflict("the parent does not want the weekly recap"));
    }
    let week = Week::new(recap.week).map_err(|error| ServiceError::Internal(error.to_string()))?;
    let (about, children) = children_weeks(conn, keys, parent.id, week).await?;
    if about.is_empty() {
        return Err(conflict(
            "the child has another guardian now, or the guardian does not consent to progress reports",
        ));
    }
    let consents_url = consents_urls(conn, context, &[parent.id]).await?;
    let contents = MailContents {
        about,
        children,
        consents_url: consents_url.into_values().next(),
    };
    email(context, keys, &parent, week, contents)?
        .ok_or_else(|| conflict("the parent has no address that mail can be sent to"))
}

fn conflict(detail: &str) -> ServiceError {
    ServiceError::Conflict(detail.to_owned())
}

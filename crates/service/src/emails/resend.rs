//! Sends a message again on purpose.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_api_types::EmailId;
use viral_engine_api_types::emails::Email;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::permissions::Permission;
use viral_engine_db::emails::{self as db, EmailRow};
use viral_engine_domain::emails::Reason;

use super::overtaken::overtaken;
use super::queue::{NewEmail, latest, store};
use super::row;
use super::seal::{Content, hashes, open_address};
use super::suppress::reason_against;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::users::PersonalKeys;

/// Sends a message again, as a new one. Whoever asks takes it that an address from which mail was returned works now;
/// what the recipient, or the law, wishes stays.
///
/// # Errors
/// No such message; a conflict when it is still on its way, is kept no longer, or the recipient gets no such mail;
/// delivery that is switched off.
pub async fn resend_email(context: &Context, caller: &Caller, id: EmailId) -> ServiceResult<Email> {
    let keys = PersonalKeys::of(&context.keys);
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            let row = db::lock_email(conn, id.0).await.map_err(row::missing)?;
            let email = reopen(&keys, &row)?;
            if let Some(why) = overtaken(conn, context, &row, (&email.mail, &email.to)).await? {
                return Err(conflict(why));
            }
            let (again, lifted) = queue_again(conn, context, &email).await?;
            let changes = json!({ "sent_as": again.id, "bounce_set_aside": lifted });
            let object = id.to_string();
            audit::record(
                conn,
                context,
                caller,
                "resend_email",
                ("email", &object),
                changes,
            )
            .await?;
            ServiceResult::Ok(again)
        })
        .await?;
    let shown = caller.may(Permission::UsersReadPersonal).then_some(&keys);
    row::email(&row, shown)
}

fn reopen(keys: &PersonalKeys, row: &EmailRow) -> ServiceResult<NewEmail> {
    let content = Content::opened(keys, row)?.filter(|(content, _)| !content.mail.is_sent_once());
    let (Some(to), Some((content, about))) = (open_address(keys, row)?, content) else {
        return Err(conflict(
            "the message is kept no longer, or held a link that works once: make a new one",
        ));
    };
    Ok(NewEmail {
        mail: content.mail,
        subject_key: row.subject_key.clone(),
        to,
        name: content.name,
        locale: row::locale(row)?,
        about: about.into_iter().map(|key| key.user).collect(),
    })
}

/// Queues a message in the caller's transaction although the recipient has one of this kind and subject, and answers
/// whether an address from which mail was returned is tried again.
///
/// # Errors
/// A conflict when the latest is still on its way, or the recipient gets no such mail; delivery that is switched off.
pub(crate) async fn queue_again(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: &NewEmail,
) -> ServiceResult<(EmailRow, bool)> {
    flags::require(conn, FlagKey::EmailDelivery).await?;
    let keys = PersonalKeys::of(&context.keys);
    let sequence = match latest(conn, &keys, email).await? {
        None => 1,
        Some(latest) if row::rule_state(row::state(&latest)?).can_be_sent_again() => {
            latest.sequence.saturating_add(1)
        }
        Some(_) => return Err(conflict("the message is still on its way")),
    };
    let lifted = lift_bounce(conn, &keys, email).await?;
    let again = store(conn, context, email, sequence).await?;
    let again = again.ok_or_else(|| conflict("the message is being sent again already"))?;
    Ok((again, lifted))
}

/// Forgets that mail was returned, and answers whether it was; refuses for every other reason.
async fn lift_bounce(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    email: &NewEmail,
) -> ServiceResult<bool> {
    let hashes = hashes(keys, &email.to);
    let bounced = row::sent_reason(Reason::Bounced).as_str();
    let lifted = db::delete_suppressions(conn, &hashes, bounced).await?;
    match reason_against(conn, email.mail.kind(), &hashes).await? {
        Some(reason) => {
            let name = row::sent_reason(reason).as_str();
            Err(ServiceError::Conflict(format!(
                "the recipient gets no such mail: {name}"
            )))
        }
        None => Ok(lifted),
    }
}

fn conflict(detail: &str) -> ServiceError {
    ServiceError::Conflict(detail.to_owned())
}

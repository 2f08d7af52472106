//! Unsubscribing in one click, by whoever has the link of a message.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_db::DbError;
use viral_engine_db::emails::{self as db, EmailRow};
use viral_engine_domain::emails::{Reason, UnsubscribeKeys};
use viral_engine_domain::lasting_keys::LastingKey;

use super::queue::count;
use super::row::locale;
use super::suppress::suppress_recipient;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::lasting_keys::{former_lasting_keys, lasting_keys};

/// Somebody may unsubscribe, or has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Unsubscribed {
    /// Language of the message.
    pub locale: EmailLocale,
}

/// The link of a message that unsubscribes its recipient. It holds no address.
///
/// # Errors
/// When there is no key, which is a fault of ours.
pub fn unsubscribe_url(context: &Context, email: Uuid) -> ServiceResult<String> {
    let token = keys(context)
        .token(email)
        .ok_or_else(|| ServiceError::Internal("there is no key for unsubscribing".to_owned()))?;
    Ok(format!(
        "{}/u/{}",
        context.config.public_url,
        token.as_str()
    ))
}

/// Whether a token is of a message of ours.
///
/// # Errors
/// [`ServiceError::NotFound`] when it is not.
pub async fn find_unsubscribe(context: &Context, token: &str) -> ServiceResult<Unsubscribed> {
    let mut conn = context.connection().await?;
    let email = read(&mut conn, context, token).await?;
    let row = db::find_email(&mut conn, email).await.map_err(missing)?;
    answer(&row)
}

/// Unsubscribes the recipient of a message from all mail that one can unsubscribe from. Again changes nothing.
///
/// # Errors
/// [`ServiceError::NotFound`] when the token is of no message of ours.
pub async fn unsubscribe(
    context: &Context,
    caller: &Caller,
    token: &str,
) -> ServiceResult<Unsubscribed> {
    let mut conn = context.connection().await?;
    let email = read(&mut conn, context, token).await?;
    conn.transaction(async |conn| {
        let row = db::find_email(conn, email).await.map_err(missing)?;
        if suppress_recipient(conn, context, &row, Reason::Unsubscribed).await? {
            let object = email.to_string();
            audit::record(
                conn,
                context,
                caller,
                "unsubscribe",
                ("email", &object),
                json!({}),
            )
            .await?;
            count(&row.kind, "unsubscribed");
        }
        answer(&row)
    })
    .await
}

async fn read(conn: &mut AsyncPgConnection, context: &Context, token: &str) -> ServiceResult<Uuid> {
    if let Some(email) = keys(context).read(token) {
        return Ok(email);
    }
    let former = former_lasting_keys(conn, context, LastingKey::Unsubscribing).await?;
    UnsubscribeKeys::new(former).read(token).ok_or(MISSING)
}

/// Made from the keys of personal fields that are configured.
fn keys(context: &Context) -> UnsubscribeKeys {
    UnsubscribeKeys::new(lasting_keys(&context.keys, LastingKey::Unsubscribing))
}

fn answer(row: &EmailRow) -> ServiceResult<Unsubscribed> {
    Ok(Unsubscribed {
        locale: locale(row)?,
    })
}

const MISSING: ServiceError = ServiceError::NotFound("subscription");

fn missing(error: DbError) -> ServiceError {
    match error {
        DbError::NotFound => MISSING,
        other => other.into(),
    }
}

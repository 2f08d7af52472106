//! Taking consents back, and suspending them.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_api_types::ConsentId;
use viral_engine_api_types::consents::ConsentDetails;
use viral_engine_db::consents::{self as db, ConsentRow};
use viral_engine_domain::consents::ConsentEvent;

use super::change::{Deed, change};
use super::list::{get_consent, missing};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Takes a consent back. Once this answers, this node allows nothing by it any more; the others a second later at the
/// latest.
///
/// # Errors
/// [`crate::ServiceError::NotFound`]; a conflict when there is nothing to take back.
pub async fn revoke_consent(
    context: &Context,
    caller: &Caller,
    id: ConsentId,
) -> ServiceResult<ConsentDetails> {
    let event = (ConsentEvent::Revoked, "revoke_consent");
    take_back(context, caller, event, &[id.0]).await?;
    get_consent(context, id).await
}

/// Stops what a consent allows until it is resumed; as quick as taking it back.
///
/// # Errors
/// [`crate::ServiceError::NotFound`]; a conflict when nothing is allowed by it.
pub async fn suspend_consent(
    context: &Context,
    caller: &Caller,
    id: ConsentId,
) -> ServiceResult<ConsentDetails> {
    let event = (ConsentEvent::Suspended, "suspend_consent");
    take_back(context, caller, event, &[id.0]).await?;
    get_consent(context, id).await
}

/// Lets a consent that was stopped go on. What ended with it, like the child's links, stays ended.
///
/// # Errors
/// [`crate::ServiceError::NotFound`]; a conflict when it was not stopped.
pub async fn resume_consent(
    context: &Context,
    caller: &Caller,
    id: ConsentId,
) -> ServiceResult<ConsentDetails> {
    let event = (ConsentEvent::Resumed, "resume_consent");
    take_back(context, caller, event, &[id.0]).await?;
    get_consent(context, id).await
}

/// Takes back what a guardian names among the own consents; others are left alone.
///
/// # Errors
/// As [`revoke_consent`].
pub async fn revoke_as_guardian(
    context: &Context,
    caller: &Caller,
    guardian: Uuid,
    consents: &[Uuid],
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let own = db::consents_of_guardian(&mut conn, guardian).await?;
    drop(conn);
    let own = own.iter().filter(|row| consents.contains(&row.id));
    let ids: Vec<Uuid> = own.map(|row| row.id).collect();
    if ids.is_empty() {
        return Err(ServiceError::Conflict(
            "the guardian has given no such consent".to_owned(),
        ));
    }
    let event = (ConsentEvent::Revoked, "revoke_as_guardian");
    take_back(context, caller, event, &ids).await
}

/// Lets something happen to consents that this node has to know of before it answers.
async fn take_back(
    context: &Context,
    caller: &Caller,
    (event, action): (ConsentEvent, &'static str),
    ids: &[Uuid],
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut rows = Vec::with_capacity(ids.len());
        for row in lock(conn, ids).await? {
            rows.push((row, event.clone()));
        }
        let deed = Deed {
            action,
            locale: "en",
        };
        change(conn, context, caller, deed, &mut rows).await
    })
    .await?;
    drop(conn);
    context.consents.refresh(context).await
}

/// Locks consents in the order of their ids, their children first.
async fn lock(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> ServiceResult<Vec<ConsentRow>> {
    let mut ids = ids.to_vec();
    ids.sort_unstable();
    ids.dedup();
    let mut children = Vec::new();
    for id in &ids {
        children.push(db::find_consent(conn, *id).await.map_err(missing)?.child_id);
    }
    db::lock_children(conn, &children).await?;
    let mut rows = Vec::with_capacity(ids.len());
    for id in ids {
        rows.push(db::lock_consent(conn, id).await.map_err(missing)?);
    }
    Ok(rows)
}

//! Contacts whose owner said not to be the guardian: what is asked there ends, whichever question it was said to.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde_json::json;
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow};
use viral_engine_domain::consents::ConsentEvent;

use super::change::{Deed, change, each};
use super::contact::Contact;
use super::minor::stop;
use super::row::pending;
use super::verification::end_verification;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// Whether a request went to a contact whose owner said, there or before, not to be the guardian.
///
/// # Errors
/// When the database refuses.
pub(super) async fn is_unwanted(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
) -> ServiceResult<bool> {
    let Some(contact) = Contact::of_request(context, request)? else {
        return Ok(false);
    };
    let reached = contact.ever_reached(conn, context).await?;
    Ok(db::is_suppressed(conn, &reached).await?)
}

/// Ends a request, with its pending consents, which the caller has locked: nothing was refused in the guardian's place.
///
/// # Errors
/// When the database refuses.
pub(super) async fn disown(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    deed: Deed,
    (request, pending): (RequestRow, Vec<ConsentRow>),
) -> ServiceResult<()> {
    end_verification(conn, context, request.id).await?;
    let now = context.now();
    let disowned = RequestRow {
        disowned_at: Some(now),
        closed_at: Some(now),
        ..request
    };
    db::save_request(conn, &disowned).await?;
    let object = disowned.id.to_string();
    let object = ("consent_request", object.as_str());
    let changes = json!({ "disowned": true });
    audit::record(conn, context, caller, deed.action, object, changes).await?;
    let mut refused = each(pending, &ConsentEvent::Refused);
    change(conn, context, caller, deed, &mut refused).await
}

/// Ends a request that went to such a contact: about the child of whom it was said as if said to it, about another child so that
/// nothing is undone of what was answered there.
///
/// # Errors
/// When the database refuses.
pub(super) async fn end_unwanted(
    conn: &mut AsyncPgConnection,
    context: &Context,
    deed: Deed,
    (request, pending): (RequestRow, Vec<ConsentRow>),
) -> ServiceResult<()> {
    match db::disowned_among(conn, &[request.id]).await?.is_empty() {
        true => stop(conn, context, deed, (request, pending)).await,
        false => disown(conn, context, &Caller::system(), deed, (request, pending)).await,
    }
}

/// Ends whatever else is asked at contacts with these hashes, each in a transaction of its own.
///
/// # Errors
/// When the database refuses; what is left is not answered any more and ends when something is due of it.
pub(super) async fn disown_rest(
    conn: &mut AsyncPgConnection,
    context: &Context,
    deed: Deed,
    hashes: &[Vec<u8>],
) -> ServiceResult<()> {
    for (request, child) in db::open_requests_to(conn, hashes).await? {
        conn.transaction(async |conn| {
            db::lock_child(conn, child).await?;
            let request = db::lock_request(conn, request).await?;
            let pending = pending(db::lock_consents_of_request(conn, request.id).await?)?;
            match request.closed_at {
                Some(_) => Ok(()),
                None => end_unwanted(conn, context, deed, (request, pending)).await,
            }
        })
        .await?;
    }
    Ok(())
}

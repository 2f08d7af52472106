//! Requests that turn out to have gone to a minor: an address or number may become a child's own after the guardian was asked
//! there. Nobody allows anything by them, whatever the way to be verified; somebody else has to be asked.

use diesel_async::AsyncPgConnection;
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow};
use viral_engine_domain::consents::ConsentEvent;

use super::change::{Deed, change, each};
use super::contact::Contact;
use super::verification::end_verification;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::PersonalKeys;

/// Whether the address or number of an open request is on record as a minor's by now.
///
/// # Errors
/// When the database refuses.
pub(super) async fn went_to_minor(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: &RequestRow,
) -> ServiceResult<bool> {
    match Contact::of_request(context, request)? {
        Some(contact) => {
            let keys = PersonalKeys::of(&context.keys);
            contact.is_of_minor(conn, &keys).await
        }
        // Nothing is sent there any more.
        None => Ok(false),
    }
}

/// Ends a request that went to a minor, with its pending consents, which the caller has locked: they have to be asked for anew.
///
/// # Errors
/// When the database refuses.
pub(super) async fn stop(
    conn: &mut AsyncPgConnection,
    context: &Context,
    deed: Deed,
    (request, pending): (RequestRow, Vec<ConsentRow>),
) -> ServiceResult<()> {
    end_verification(conn, context, request.id).await?;
    let closed = RequestRow {
        closed_at: Some(context.now()),
        ..request
    };
    db::save_request(conn, &closed).await?;
    let mut stopped = each(pending, &ConsentEvent::MaterialChange);
    change(conn, context, &Caller::system(), deed, &mut stopped).await
}

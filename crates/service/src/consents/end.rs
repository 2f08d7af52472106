//! Ends all consents of a user who is erased.

use std::collections::BTreeSet;

use diesel_async::AsyncConnection;
use uuid::Uuid;
use viral_engine_db::consents::{
    ConsentRow, consents_of_child, consents_of_guardian, lock_children, lock_consent,
};
use viral_engine_domain::consents::{ConsentEvent, ConsentState};

use super::change::{Deed, change};
use super::row::state;
use super::verification::end_verification;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// Lets the deletion of a user be asked for, or be done, for all consents about the user and by the user, and ends what is under
/// way to verify them: no form is taken for them any more, and none waits for people to look at it. Again changes nothing.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn end_consents(
    context: &Context,
    user: Uuid,
    event: &ConsentEvent,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let mut known = consents_of_child(conn, user).await?;
        known.extend(consents_of_guardian(conn, user).await?);
        let children: Vec<Uuid> = known.iter().map(|row| row.child_id).collect();
        lock_children(conn, &children).await?;
        let ids: BTreeSet<Uuid> = known.iter().map(|row| row.id).collect();
        let mut rows: Vec<(ConsentRow, ConsentEvent)> = Vec::new();
        for id in ids {
            let row = lock_consent(conn, id).await?;
            let happens = match (event, state(&row)?) {
                (ConsentEvent::Deleted, state) => state == ConsentState::Deleting,
                (_, ConsentState::Deleting | ConsentState::Deleted) => false,
                _ => true,
            };
            if happens {
                rows.push((row, event.clone()));
            }
        }
        let asked = rows.iter().filter_map(|(row, _)| row.request_id);
        for request in asked.collect::<BTreeSet<Uuid>>() {
            end_verification(conn, context, request).await?;
        }
        let deed = Deed {
            action: "delete_user",
            locale: "en",
        };
        change(conn, context, &Caller::system(), deed, &mut rows).await
    })
    .await?;
    drop(conn);
    context.consents.refresh(context).await
}

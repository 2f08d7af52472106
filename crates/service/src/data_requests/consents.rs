//! What becomes of the consents about a user who is erased, and of those the user gave as a guardian: that somebody allowed
//! something, and when, stays as proof; nothing is allowed by it any more.

use std::collections::BTreeSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::consents::{consents_of_child, consents_of_guardian};
use viral_engine_domain::consents::{ConsentEvent, Scope};

use crate::consents::end_consents;
use crate::context::Context;
use crate::error::ServiceResult;

/// From now on nothing is allowed: as soon as a deletion is asked for, whenever its job begins.
pub(super) async fn begin_ending(context: &Context, user: Uuid) -> ServiceResult<()> {
    end_consents(context, user, &ConsentEvent::DeletionAsked).await
}

/// Nothing is left that they were about.
pub(super) async fn finish_ending(context: &Context, user: Uuid) -> ServiceResult<()> {
    end_consents(context, user, &ConsentEvent::Deleted).await
}

/// How many consents there were, and to whom they let personal information be disclosed.
pub(super) async fn recipients(
    conn: &mut AsyncPgConnection,
    user: Uuid,
) -> ServiceResult<(i64, Vec<String>)> {
    let mut consents = consents_of_child(conn, user).await?;
    let disclosed: BTreeSet<String> = consents
        .iter()
        .filter(|row| row.evidence_at.is_some())
        .filter_map(|row| row.scope.parse().ok())
        .filter_map(|scope| match scope {
            Scope::Disclose(recipient) | Scope::AiProcessing(recipient) => {
                Some(recipient.as_str().to_owned())
            }
            _ => None,
        })
        .collect();
    consents.extend(consents_of_guardian(conn, user).await?);
    let ended = i64::try_from(consents.len()).unwrap_or(i64::MAX);
    Ok((ended, disclosed.into_iter().collect()))
}

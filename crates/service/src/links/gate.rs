//! Whether a user may share links: sharing one is inviting.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::users::AgeBand;
use viral_engine_domain::consents::{Action, Allowed, Denied};

use crate::consents::{decide_each, denied, hold};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::KnownUser;

/// What the gate says of users who want to share links.
pub(super) struct Invites(HashMap<Uuid, Result<Allowed, Denied>>);

/// Asks the gate for users.
///
/// # Errors
/// When it can not tell: then nobody may.
pub(super) async fn may_invite(context: &Context, users: &[KnownUser]) -> ServiceResult<Invites> {
    let decided = decide_each(context, users, &Action::SendInvite).await?;
    Ok(Invites(decided))
}

impl Invites {
    /// Refuses what a user may not share. Nothing is known of the age of somebody who is not known at all.
    ///
    /// # Errors
    /// The gate's reason, with what to do.
    pub(super) fn require(&self, external_id: &str, user: Option<&KnownUser>) -> ServiceResult<()> {
        let band = user.map_or(AgeBand::Unknown, |user| user.age_band);
        let decided = user.and_then(|user| self.0.get(&user.id.0).copied());
        match decided.unwrap_or(Err(Denied::ParentalConsentRequired)) {
            Ok(_) => Ok(()),
            Err(reason) => Err(denied(external_id, band, &Action::SendInvite, reason)),
        }
    }
}

/// Who may not share links by now, while a transaction writes some.
pub(super) struct HeldInvites(HashMap<Uuid, (AgeBand, Denied)>);

/// Looks again who may share links, and lets nothing change that until the transaction ends.
///
/// # Errors
/// When the database refuses.
pub(super) async fn hold_invites(
    conn: &mut AsyncPgConnection,
    users: &[Uuid],
) -> ServiceResult<HeldInvites> {
    Ok(HeldInvites(hold(conn, users, &Action::SendInvite).await?))
}

impl HeldInvites {
    /// Refuses what a user may not share any more.
    ///
    /// # Errors
    /// As [`Invites::require`].
    pub(super) fn require(&self, external_id: &str, user: Uuid) -> ServiceResult<()> {
        match self.0.get(&user) {
            Some((band, reason)) => Err(denied(external_id, *band, &Action::SendInvite, *reason)),
            None => Ok(()),
        }
    }
}

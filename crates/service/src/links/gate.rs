//! Whether a user may share links: sharing one is inviting.

use std::collections::HashMap;

use uuid::Uuid;
use viral_engine_api_types::users::AgeBand;
use viral_engine_domain::consents::{Action, Allowed, Denied};

use crate::consents::{decide_each, denied};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
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
    /// The consent that allows a user to share, if one is needed. Nothing is known of the age of somebody who is not known
    /// at all.
    ///
    /// # Errors
    /// The gate's reason, with what to do.
    pub(super) fn require(
        &self,
        external_id: &str,
        user: Option<&KnownUser>,
    ) -> ServiceResult<Option<Uuid>> {
        let band = user.map_or(AgeBand::Unknown, |user| user.age_band);
        let decided = user.and_then(|user| self.0.get(&user.id.0).copied());
        match decided.unwrap_or(Err(Denied::ParentalConsentRequired)) {
            Ok(Allowed::NotRequired) => Ok(None),
            Ok(Allowed::Consented { consent, .. }) => Ok(Some(consent)),
            Err(reason) => Err(denied(external_id, band, &Action::SendInvite, reason)),
        }
    }
}

/// The answer when a consent was taken back while it was relied on.
pub(super) fn withdrawn(external_id: &str) -> ServiceError {
    let reason = Denied::ConsentWithdrawn;
    denied(external_id, AgeBand::Under13, &Action::SendInvite, reason)
}

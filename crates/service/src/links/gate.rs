//! Whether a user may share links.

use viral_engine_api_types::users::AgeBand;

use crate::error::{ServiceError, ServiceResult};

/// Whether a user of this age may share links by their own decision.
pub(crate) fn may_invite(age_band: AgeBand) -> bool {
    require_may_invite("", age_band).is_ok()
}

/// Refuses children, and users whose age is not known, which counts as a child: sharing a link is inviting, and that
/// needs a guardian's consent to the scope `invite_friend`.
///
/// # Errors
/// [`ServiceError::ConsentRequired`], which says what to do.
pub(super) fn require_may_invite(external_id: &str, age_band: AgeBand) -> ServiceResult<()> {
    match age_band {
        AgeBand::Unknown => Err(ServiceError::ConsentRequired(format!(
            "the age of {external_id} is not known, so they are treated as a child and may not share links: \
             send their age_band with PUT /v1/users/{{external_id}} first"
        ))),
        AgeBand::Under13 => Err(ServiceError::ConsentRequired(format!(
            "the user {external_id} is under 13 and may share links only with a guardian's consent to invite_friend"
        ))),
        AgeBand::From13To15 | AgeBand::From16To17 | AgeBand::Adult => Ok(()),
    }
}

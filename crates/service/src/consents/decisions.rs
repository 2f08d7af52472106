//! What a user may do now, for platforms that ask before they show a button.

use viral_engine_api_types::consents::{Decision, DecisionList, DecisionReason, GuardedAction};
use viral_engine_api_types::users::AgeBand;
use viral_engine_domain::consents::{Action, Allowed, Denied, Recipient};

use super::gate::{advice, decide_action};
use crate::answers::bad_parameter;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{KnownUser, resolve};

/// What the user with this external id may do; what concerns a recipient only when one is given.
///
/// # Errors
/// When there is no such user, a recipient is none, or what is known of consents can not be had.
pub async fn list_decisions(
    context: &Context,
    external_id: &str,
    recipient: Option<&str>,
) -> ServiceResult<DecisionList> {
    let recipient = recipient.map(checked).transpose()?;
    let mut conn = context.connection().await?;
    let users = resolve(&mut conn, [external_id]).await?;
    drop(conn);
    let user = *users
        .get(external_id)
        .ok_or(ServiceError::NotFound("user"))?;
    let mut items = Vec::with_capacity(GuardedAction::ALL.len());
    for name in GuardedAction::ALL {
        if let Some(action) = action(*name, recipient.as_ref()) {
            items.push(decided(context, external_id, user, (*name, &action)).await?);
        }
    }
    Ok(DecisionList {
        age_band: user.age_band,
        items,
    })
}

fn checked(name: &str) -> ServiceResult<Recipient> {
    let recipient: Result<Recipient, _> = name.parse();
    recipient.map_err(|_| {
        let detail = "Name a recipient with 1 to 64 of a-z, 0-9, dot, _ and -.";
        bad_parameter("recipient", "not_a_recipient", detail.to_owned())
    })
}

/// None for what concerns a recipient while none is given.
fn action(name: GuardedAction, recipient: Option<&Recipient>) -> Option<Action> {
    let to = || recipient.cloned();
    Some(match name {
        GuardedAction::UsePlatform => Action::UsePlatform,
        GuardedAction::SendInvite => Action::SendInvite,
        GuardedAction::TriggerLoop => Action::TriggerLoop,
        GuardedAction::CreateChallenge => Action::CreateChallenge,
        GuardedAction::ShareProgressWithGuardian => Action::ShareProgressWithGuardian,
        GuardedAction::ShareProgress => Action::ShareProgress,
        GuardedAction::PublicProfile => Action::PublicProfile,
        GuardedAction::SocialFeatures => Action::SocialFeatures,
        GuardedAction::PublicLeaderboard => Action::PublicLeaderboard,
        GuardedAction::SharePersonalInfo => Action::SharePersonalInfo(to()?),
        GuardedAction::ShareEducationRecord => Action::ShareEducationRecord(to()?),
        GuardedAction::ProcessWithAi => Action::ProcessWithAi(to()?),
    })
}

async fn decided(
    context: &Context,
    who: &str,
    user: KnownUser,
    (name, action): (GuardedAction, &Action),
) -> ServiceResult<Decision> {
    let decision = decide_action(context, user, action).await?;
    Ok(answer(who, user.age_band, (name, action), decision))
}

fn answer(
    who: &str,
    band: AgeBand,
    (name, action): (GuardedAction, &Action),
    decision: Result<Allowed, Denied>,
) -> Decision {
    let none = Decision {
        action: name,
        scope: action.scope().to_string(),
        allowed: decision.is_ok(),
        consent_id: None,
        notice: None,
        reason: None,
        detail: None,
    };
    match decision {
        Ok(Allowed::NotRequired) => none,
        Ok(Allowed::Consented { consent, notice }) => Decision {
            consent_id: Some(consent.into()),
            notice: notice.and_then(|number| i32::try_from(number).ok()),
            ..none
        },
        Err(denied) => Decision {
            reason: Some(reason(denied)),
            detail: Some(advice(who, band, action, denied)),
            ..none
        },
    }
}

fn reason(denied: Denied) -> DecisionReason {
    match denied {
        Denied::ParentalConsentRequired => DecisionReason::ParentalConsentRequired,
        Denied::ConsentPending => DecisionReason::ConsentPending,
        Denied::ConsentDenied => DecisionReason::ConsentDenied,
        Denied::ReconsentRequired => DecisionReason::ReconsentRequired,
        Denied::ConsentSuspended => DecisionReason::ConsentSuspended,
        Denied::ConsentWithdrawn => DecisionReason::ConsentWithdrawn,
        Denied::SchoolScopeOnly => DecisionReason::SchoolScopeOnly,
        Denied::FerpaRecord => DecisionReason::FerpaRecord,
        Denied::UserErased => DecisionReason::UserErased,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_by_the_name_the_gate_has_for_it() {
        for denied in Denied::ALL {
            assert_eq!(reason(denied).as_str(), denied.as_str());
        }
    }
}

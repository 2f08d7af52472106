//! The gate: whether a user may do something. Every route, job and loop that needs a consent asks here.
//!
//! An answer from memory is at most a second old, see [`memory`](super::memory). What is then written is protected by
//! [`hold`]: the consents it rests on are locked against being taken back until the transaction ends.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::consents::{HeldRow, held_of, hold_granted};
use viral_engine_domain::consents::{Action, Age, Allowed, ConsentState, Denied, Held, decide};

use super::row::unknown;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::KnownUser;

/// How the law looks at an age band. Unknown is a child.
pub(crate) fn age_of(band: AgeBand) -> Age {
    match band {
        AgeBand::Under13 | AgeBand::Unknown => Age::Child,
        AgeBand::From13To15 | AgeBand::From16To17 => Age::Minor,
        AgeBand::Adult => Age::Adult,
    }
}

/// Whether a user may do something now.
///
/// # Errors
/// When what is known of consents can not be had: then the answer is no.
pub async fn decide_action(
    context: &Context,
    user: KnownUser,
    action: &Action,
) -> ServiceResult<Result<Allowed, Denied>> {
    let decided = decide_each(context, &[user], action).await?;
    let own = decided.get(&user.id.0).copied();
    own.ok_or_else(|| ServiceError::Internal("a user without a decision".to_owned()))
}

/// Refuses what a user may not do now. `who` names the user in the answer.
///
/// # Errors
/// The reason, with what to do about it.
pub async fn require(
    context: &Context,
    who: &str,
    user: KnownUser,
    action: &Action,
) -> ServiceResult<Allowed> {
    decide_action(context, user, action)
        .await?
        .map_err(|reason| denied(who, user.age_band, action, reason))
}

/// The same for many users, by their ids; the consents of those who need one are read at once.
pub(crate) async fn decide_each(
    context: &Context,
    users: &[KnownUser],
    action: &Action,
) -> ServiceResult<HashMap<Uuid, Result<Allowed, Denied>>> {
    let needs = |user: &&KnownUser| action.needs_guardian(age_of(user.age_band));
    let children: Vec<Uuid> = users.iter().filter(needs).map(|user| user.id.0).collect();
    let held = context.consents.held(context, &children).await?;
    let decided = users.iter().map(|user| {
        let own = held.get(&user.id.0).map_or(&[][..], |held| held.as_slice());
        (user.id.0, decide(action, age_of(user.age_band), own))
    });
    Ok(decided.collect())
}

/// Those of users, given with their age bands, who may not do something, as the caller's transaction sees it.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn denied_among(
    conn: &mut AsyncPgConnection,
    users: &[(Uuid, AgeBand)],
    action: &Action,
) -> ServiceResult<Vec<Uuid>> {
    let needs = |(id, band): &(Uuid, AgeBand)| action.needs_guardian(age_of(*band)).then_some(*id);
    let children: Vec<Uuid> = users.iter().filter_map(needs).collect();
    if children.is_empty() {
        return Ok(children);
    }
    let stored = held_of(conn, &children).await?;
    let mut lists: HashMap<Uuid, Vec<Held>> = HashMap::new();
    for row in &stored.rows {
        lists.entry(row.child_id).or_default().push(held(row)?);
    }
    let is_denied = |(id, band): &&(Uuid, AgeBand)| {
        let own = lists.get(id).map_or(&[][..], Vec::as_slice);
        decide(action, age_of(*band), own).is_err()
    };
    Ok(users.iter().filter(is_denied).map(|(id, _)| *id).collect())
}

/// Keeps the consents that something rests on from being taken back until the transaction ends. Answers those that were
/// taken back since they were read: what rests on them must not be written.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn hold(
    conn: &mut AsyncPgConnection,
    consents: &[Uuid],
) -> ServiceResult<Vec<Uuid>> {
    if consents.is_empty() {
        return Ok(Vec::new());
    }
    let granted = hold_granted(conn, consents).await?;
    let gone = consents.iter().filter(|id| !granted.contains(id));
    Ok(gone.copied().collect())
}

/// A stored consent as the gate takes it.
pub(super) fn held(row: &HeldRow) -> ServiceResult<Held> {
    Ok(Held {
        id: row.id,
        guardian: row.guardian_id,
        scope: row
            .scope
            .parse()
            .map_err(|_| unknown("scope", &row.scope))?,
        state: ConsentState::parse(&row.state).ok_or_else(|| unknown("state", &row.state))?,
        notice: row.notice.and_then(|number| u32::try_from(number).ok()),
        is_on_record: row.is_on_record,
        given_at: row.given_at,
        changed_at: row.changed_at,
        has_objected: row.has_objected,
    })
}

/// The answer to somebody who may not, with what to do.
pub(crate) fn denied(who: &str, band: AgeBand, action: &Action, reason: Denied) -> ServiceError {
    ServiceError::Coded {
        code: code(reason),
        detail: advice(who, band, action, reason),
    }
}

/// Why somebody may not, and what to do about it.
pub(super) fn advice(who: &str, band: AgeBand, action: &Action, reason: Denied) -> String {
    let scope = action.scope();
    let known = match band {
        AgeBand::Unknown => format!(
            "the age of the user {who} is not known, so they are treated as a child; send their age_band with \
             PUT /v1/users/{{external_id}}, or "
        ),
        AgeBand::Under13 => format!("the user {who} is under 13: "),
        AgeBand::From13To15 | AgeBand::From16To17 | AgeBand::Adult => {
            format!("the user {who} is under 18: ")
        }
    };
    let todo = match reason {
        Denied::ParentalConsentRequired => {
            format!("ask a guardian for consent to {scope} with POST /v1/consents/requests")
        }
        Denied::ConsentPending => {
            format!("wait for the guardian, who was asked for consent to {scope}")
        }
        Denied::ConsentDenied => format!("the guardian does not consent to {scope}"),
        Denied::ReconsentRequired => format!(
            "what the guardian consented to has changed; ask again for {scope} with POST /v1/consents/requests"
        ),
        Denied::ConsentSuspended => format!("the consent to {scope} is suspended"),
        Denied::ConsentWithdrawn => format!("the guardian has taken the consent to {scope} back"),
        Denied::SchoolScopeOnly => format!(
            "the school's authorisation covers learning alone; ask a guardian for consent to {scope} with \
             POST /v1/consents/requests"
        ),
        Denied::FerpaRecord => format!(
            "education records of a minor go outside with a guardian's consent to {scope} alone; ask for it with \
             POST /v1/consents/requests"
        ),
    };
    format!("{known}{todo}")
}

fn code(reason: Denied) -> ErrorCode {
    match reason {
        Denied::ParentalConsentRequired => ErrorCode::ParentalConsentRequired,
        Denied::ConsentPending => ErrorCode::ConsentPending,
        Denied::ConsentDenied => ErrorCode::ConsentDenied,
        Denied::ReconsentRequired => ErrorCode::ReconsentRequired,
        Denied::ConsentSuspended => ErrorCode::ConsentSuspended,
        Denied::ConsentWithdrawn => ErrorCode::ConsentWithdrawn,
        Denied::SchoolScopeOnly => ErrorCode::SchoolScopeOnly,
        Denied::FerpaRecord => ErrorCode::FerpaRecord,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reason_is_told_by_its_own_code() {
        for reason in Denied::ALL {
            assert_eq!(code(reason).as_str(), reason.as_str());
            assert_eq!(code(reason).status(), 403);
        }
    }
}

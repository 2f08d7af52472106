//! The gate: whether a user may do something. Every route, job and loop that needs a consent asks here.
//!
//! An answer from memory is at most a second old, see [`memory`](super::memory). What is then written is protected by
//! [`hold`]: what it rests on is looked at again, and does not change until the transaction ends.

use std::collections::{HashMap, HashSet};

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::consents::{HeldRow, held_of, share_guards};
use viral_engine_db::users::resolve::{erased_among, find_known_by_ids};
use viral_engine_domain::consents::{Action, Age, Allowed, ConsentState, Denied, Held, decide};

use super::row::unknown;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{KnownUser, parse_age_band};

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
        let decided = match user.is_erased {
            true => Err(Denied::UserErased),
            false => decide(action, age_of(user.age_band), own),
        };
        (user.id.0, decided)
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
    let denied = denials(conn, users, action).await?;
    let is_denied = |(id, _): &&(Uuid, AgeBand)| denied.contains_key(id);
    Ok(users.iter().filter(is_denied).map(|(id, _)| *id).collect())
}

/// Why users may not do something, as the caller's transaction sees it; who may is missing.
async fn denials(
    conn: &mut AsyncPgConnection,
    users: &[(Uuid, AgeBand)],
    action: &Action,
) -> ServiceResult<HashMap<Uuid, Denied>> {
    let ids: Vec<Uuid> = users.iter().map(|(id, _)| *id).collect();
    let erased: HashSet<Uuid> = erased_among(conn, &ids).await?.into_iter().collect();
    let needs = |(id, band): &(Uuid, AgeBand)| action.needs_guardian(age_of(*band)).then_some(*id);
    let children: Vec<Uuid> = users.iter().filter_map(needs).collect();
    let mut lists: HashMap<Uuid, Vec<Held>> = HashMap::new();
    if !children.is_empty() {
        for row in &held_of(conn, &children).await?.rows {
            lists.entry(row.child_id).or_default().push(held(row)?);
        }
    }
    let denial = |(id, band): &(Uuid, AgeBand)| {
        let own = lists.get(id).map_or(&[][..], Vec::as_slice);
        let reason = match erased.contains(id) {
            true => Denied::UserErased,
            false => decide(action, age_of(*band), own).err()?,
        };
        Some((*id, reason))
    };
    Ok(users.iter().filter_map(denial).collect())
}

/// Keeps all that lets users do something as it is until the transaction ends: their consents, their ages, that they are not
/// erased. Answers, with their ages, those who may not do it by now and why: what they did before must not be written.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn hold(
    conn: &mut AsyncPgConnection,
    users: &[Uuid],
    action: &Action,
) -> ServiceResult<HashMap<Uuid, (AgeBand, Denied)>> {
    share_guards(conn, users).await?;
    let mut bands = Vec::with_capacity(users.len());
    for row in find_known_by_ids(conn, users).await? {
        bands.push((row.id, parse_age_band(&row.age_band)?));
    }
    let denied = denials(conn, &bands, action).await?;
    let with_band = |(id, band): (Uuid, AgeBand)| Some((id, (band, *denied.get(&id)?)));
    Ok(bands.into_iter().filter_map(with_band).collect())
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
        has_objected: row.has_objected,
        withdrawn_at: row.withdrawn_at,
        is_suspended: row.is_suspended,
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
        Denied::UserErased => {
            return format!(
                "the user {who} is erased, or is about to be: nothing is done in their name any more"
            );
        }
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
        Denied::UserErased => ErrorCode::UserErased,
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

//! What a user's age does to consents: who is a child no longer needs none, and who turns out to be one needs them anew.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::consents::{ConsentRow, children_of_guardians, lock_consents_of_children};
use viral_engine_domain::consents::{Age, ConsentEvent, ConsentState, Scope};

use super::change::{Deed, change, each};
use super::gate::age_of;
use super::row::{life, stands, state};
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// A user whose age band has changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Aged {
    /// Our id of the user, whom the caller has locked.
    pub user: Uuid,
    /// The band that was stored.
    pub before: AgeBand,
    /// The band that is.
    pub after: AgeBand,
}

/// Lets consents follow the ages of those they are about and of those who give them, in the caller's transaction: somebody
/// who turns out to be a minor lets nobody do anything.
///
/// # Errors
/// When the database refuses.
pub(super) async fn follow_age(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    aged: &[Aged],
) -> ServiceResult<()> {
    let deed = Deed {
        action: "follow_age",
        locale: "en",
    };
    end_given(conn, context, caller, &minors(aged)).await?;
    let ages: HashMap<Uuid, Age> = other_ages(aged)
        .map(|one| (one.user, age_of(one.after)))
        .collect();
    if ages.is_empty() {
        return Ok(());
    }
    let users: Vec<Uuid> = ages.keys().copied().collect();
    let mut moved = Vec::new();
    for row in lock_consents_of_children(conn, &users).await? {
        if let Some(age) = ages.get(&row.child_id) {
            moved.extend(event(&row, *age)?.map(|event| (row, event)));
        }
    }
    change(conn, context, caller, deed, &mut moved).await
}

/// Whose age the law looks at in another way now.
fn other_ages(aged: &[Aged]) -> impl Iterator<Item = &Aged> {
    aged.iter()
        .filter(|one| age_of(one.before) != age_of(one.after))
}

/// Who is known to be a minor now; a guardian's age is normally not told.
fn minors(aged: &[Aged]) -> Vec<Uuid> {
    let minors = aged
        .iter()
        .filter(|one| !matches!(one.after, AgeBand::Adult | AgeBand::Unknown));
    minors.map(|one| one.user).collect()
}

/// The children whose consents may change with these ages.
///
/// # Errors
/// When the database refuses.
pub(super) async fn touched_by(
    conn: &mut AsyncPgConnection,
    aged: &[Aged],
) -> ServiceResult<Vec<Uuid>> {
    let mut children: Vec<Uuid> = other_ages(aged).map(|one| one.user).collect();
    let minors = minors(aged);
    if !minors.is_empty() {
        children.extend(children_of_guardians(conn, &minors).await?);
    }
    Ok(children)
}

/// Ends what these users allowed, or were asked for, as guardians.
pub(super) async fn end_given(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    guardians: &[Uuid],
) -> ServiceResult<()> {
    if guardians.is_empty() {
        return Ok(());
    }
    let children = children_of_guardians(conn, guardians).await?;
    let mut rows = Vec::new();
    for row in lock_consents_of_children(conn, &children).await? {
        let is_given = row.guardian_id.is_some_and(|id| guardians.contains(&id));
        if is_given && stands(&row)? {
            rows.push(row);
        }
    }
    let deed = Deed {
        action: "follow_guardian_age",
        locale: "en",
    };
    let mut rows = each(rows, &ConsentEvent::MaterialChange);
    change(conn, context, caller, deed, &mut rows).await
}

/// What a consent goes through when the user it is about is of another age now.
fn event(row: &ConsentRow, age: Age) -> ServiceResult<Option<ConsentEvent>> {
    let is_gone = matches!(
        state(row)?,
        ConsentState::NotRequired | ConsentState::AgedOut
    );
    let is_over = matches!(state(row)?, ConsentState::Deleting | ConsentState::Deleted);
    // Education records of a minor go outside with a guardian's consent alone.
    let is_needed = match age {
        Age::Child => true,
        Age::Minor => matches!(life(row)?.scope, Scope::Disclose(_)),
        Age::Adult => false,
    };
    Ok(match (is_needed, is_gone) {
        _ if is_over => None,
        (true, true) => Some(ConsentEvent::BecameChild),
        (false, false) => Some(ConsentEvent::AgedOut),
        _ => None,
    })
}

//! What a user's age does to consents: who is a child no longer needs none, and who turns out to be one needs them anew.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::consents::{ConsentRow, lock_consents_of_children};
use viral_engine_domain::consents::{Age, ConsentEvent, ConsentState, Scope};

use super::change::{Deed, change};
use super::gate::age_of;
use super::row::{life, state};
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

/// Lets consents follow the ages of those they are about, in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn follow_age(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    aged: &[Aged],
) -> ServiceResult<()> {
    let deed = Deed {
        action: "follow_age",
        locale: "en",
    };
    let is_other = |one: &&Aged| age_of(one.before) != age_of(one.after);
    let ages = aged.iter().filter(is_other);
    let ages: HashMap<Uuid, Age> = ages.map(|one| (one.user, age_of(one.after))).collect();
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

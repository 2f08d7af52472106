//! What it does to consents that a child goes to another school: the former one allows nothing in the parents' place any more.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::consents::lock_consents_of_children;
use viral_engine_domain::consents::{ConsentEvent, ConsentState};

use super::change::{Deed, change, each};
use super::row::state;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// A child of another school now, or of none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    /// Our id of the child, whom the caller has locked.
    pub child: Uuid,
    /// The school, if there is one.
    pub institution: Option<String>,
}

/// Lets what other schools allowed end, in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub(super) async fn follow_school(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    moved: &[Moved],
) -> ServiceResult<()> {
    if moved.is_empty() {
        return Ok(());
    }
    let schools: HashMap<Uuid, &Option<String>> = moved
        .iter()
        .map(|one| (one.child, &one.institution))
        .collect();
    let children: Vec<Uuid> = schools.keys().copied().collect();
    let mut rows = Vec::new();
    for row in lock_consents_of_children(conn, &children).await? {
        let is_other = schools.get(&row.child_id).copied() != Some(&row.institution);
        if is_other && state(&row)? == ConsentState::SchoolAuthorised {
            rows.push(row);
        }
    }
    let deed = Deed {
        action: "follow_school",
        locale: "en",
    };
    let mut rows = each(rows, &ConsentEvent::Revoked);
    change(conn, context, caller, deed, &mut rows).await
}

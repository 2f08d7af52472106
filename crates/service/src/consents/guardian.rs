//! What it does to consents that somebody else is a child's guardian now: those of the former one do not count any more.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::consents::{bump_epoch, lock_consents_of_children};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::consents::ConsentEvent;

use super::change::{Deed, change, each};
use super::row::stands;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::ServiceResult;

/// A child who has another guardian on record now, or none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Replaced {
    /// Our id of the child, whom the caller has locked.
    pub child: Uuid,
    /// Our id of who was the guardian on record, if anybody.
    pub former: Option<Uuid>,
}

/// Lets what former guardians allowed, or were asked for, end, in the caller's transaction: it has to be asked for again.
///
/// # Errors
/// When the database refuses.
pub(super) async fn follow_guardian(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    replaced: &[Replaced],
) -> ServiceResult<()> {
    let deed = Deed {
        action: "follow_guardian",
        locale: "en",
    };
    let children: Vec<Uuid> = replaced.iter().map(|one| one.child).collect();
    if children.is_empty() {
        return Ok(());
    }
    let former = replaced.iter().map(|one| (one.child, one.former));
    let former: HashMap<Uuid, Option<Uuid>> = former.collect();
    let mut rows = Vec::new();
    for row in lock_consents_of_children(conn, &children).await? {
        let former = former.get(&row.child_id).copied().flatten();
        let is_theirs = former.is_some() && row.guardian_id == former;
        if is_theirs && stands(&row)? {
            rows.push(row);
        }
    }
    let mut rows = each(rows, &ConsentEvent::MaterialChange);
    change(conn, context, caller, deed, &mut rows).await?;
    // Whose word counts has changed, even where no consent has.
    bump_epoch(conn, &children, context.now()).await?;
    Ok(notify(conn, Channel::Consents, "").await?)
}

//! Whether simulated data may be loaded without getting among real data.

use diesel::dsl::exists;
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};

use crate::error::DbResult;
use crate::schema::{events, links, users};

/// Whether there is a user, a link or an event.
///
/// # Errors
/// When the database refuses.
pub async fn holds_data(conn: &mut AsyncPgConnection) -> DbResult<bool> {
    let of_each = (
        exists(users::table.select(users::id)),
        exists(links::table.select(links::id)),
        exists(events::table.select(events::id)),
    );
    let (users, links, events): (bool, bool, bool) =
        diesel::select(of_each).get_result(conn).await?;
    Ok(users || links || events)
}

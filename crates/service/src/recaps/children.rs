//! Of whom a parent is told: the own children, as far as that is allowed.

use std::collections::HashSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::recaps::{self as db, ChildRow};
use viral_engine_domain::consents::Action;

use crate::consents::denied_among;
use crate::error::ServiceResult;
use crate::users::parse_age_band;

/// The children of parents, without those whose guardian must consent to progress reports and does not: two queries, whatever
/// the number.
///
/// # Errors
/// When the database refuses.
pub(super) async fn told_children(
    conn: &mut AsyncPgConnection,
    parents: &[Uuid],
) -> ServiceResult<Vec<ChildRow>> {
    let mut children = db::children_of(conn, parents).await?;
    let mut bands = Vec::with_capacity(children.len());
    for child in &children {
        bands.push((child.id, parse_age_band(&child.age_band)?));
    }
    let denied = denied_among(conn, &bands, &Action::ShareProgressWithGuardian).await?;
    let denied: HashSet<Uuid> = denied.into_iter().collect();
    children.retain(|child| !denied.contains(&child.id));
    Ok(children)
}

//! Of whom a parent is told: the own children, as far as that is allowed.

use std::collections::HashSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::users::AgeBand;
use viral_engine_db::recaps::{self as db, ChildRow};
use viral_engine_domain::consents::Action;
use viral_engine_domain::emails::Address;

use crate::consents::denied_among;
use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys, parse_age_band};

/// The children of parents, without those whose guardian must consent to progress reports and does not, and without adults, who
/// decide themselves who is told: few queries, whatever the number.
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
    let adults = bands.iter().filter(|(_, band)| *band == AgeBand::Adult);
    let adults: HashSet<Uuid> = adults.map(|(id, _)| *id).collect();
    children.retain(|child| !denied.contains(&child.id) && !adults.contains(&child.id));
    Ok(children)
}

/// Whether a parent may still be told all that a message tells, at this address.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn is_still_told(
    conn: &mut AsyncPgConnection,
    context: &Context,
    email: Uuid,
    to: &Address,
) -> ServiceResult<bool> {
    let about = db::told_by(conn, email).await?;
    let Some((parent, _)) = about.first() else {
        return Ok(false);
    };
    let row = db::find_parent(conn, *parent).await?;
    let keys = PersonalKeys::of(&context.keys);
    let cipher = row.email_cipher.as_deref();
    let address = cipher.map(|cipher| keys.open(row.id, Field::Email, cipher));
    let address = address.transpose()?.flatten();
    let address = address.and_then(|text| Address::parse(&text).ok());
    if address.is_none_or(|address| address.key() != to.key()) {
        return Ok(false);
    }
    let told = told_children(conn, &[*parent]).await?;
    let told: HashSet<Uuid> = told.into_iter().map(|child| child.id).collect();
    Ok(about.iter().all(|(_, child)| told.contains(child)))
}

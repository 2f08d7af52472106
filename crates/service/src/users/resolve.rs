//! From the platform's ids to ours, for every area that names users.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::UserId;
use viral_engine_api_types::users::{AgeBand, Persona};
use viral_engine_db::users::resolve::{
    KnownUserRow, erased_among, find_known_users, insert_unknown_users,
};

use crate::error::{ServiceError, ServiceResult};

/// What other areas need to know of a user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KnownUser {
    /// Our id.
    pub id: UserId,
    /// Part the user plays; `None` when only known from events.
    pub persona: Option<Persona>,
    /// Age band.
    pub age_band: AgeBand,
    /// Whether the user is erased, or is about to be: nothing is done in the user's name any more.
    pub is_erased: bool,
}

/// The users with these external ids; who is unknown is missing. Two queries, whatever the number.
///
/// # Errors
/// When the database refuses.
pub async fn resolve(
    conn: &mut AsyncPgConnection,
    external_ids: impl IntoIterator<Item = &str>,
) -> ServiceResult<HashMap<String, KnownUser>> {
    let wanted: BTreeSet<&str> = external_ids.into_iter().collect();
    let mut known = HashMap::with_capacity(wanted.len());
    find_into(conn, &wanted, &mut known).await?;
    Ok(known)
}

/// As [`resolve`], but whoever is unknown is created with the age band `unknown`, which counts as a child.
///
/// External ids are 1 to 200 characters; the caller has checked that. Run it before a transaction takes other
/// locks: it inserts in sorted order, so that two calls can not lock each other out.
///
/// # Errors
/// When the database refuses.
pub async fn resolve_or_create(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
    external_ids: impl IntoIterator<Item = &str>,
) -> ServiceResult<HashMap<String, KnownUser>> {
    let mut wanted: BTreeSet<&str> = external_ids.into_iter().collect();
    let mut known = HashMap::with_capacity(wanted.len());
    find_into(conn, &wanted, &mut known).await?;
    wanted.retain(|external_id| !known.contains_key(*external_id));
    if !wanted.is_empty() {
        let unknown: Vec<&str> = wanted.iter().copied().collect();
        insert_unknown_users(conn, &unknown, now).await?;
        // Read back and not returned by the insert: another transaction may have been first.
        find_into(conn, &wanted, &mut known).await?;
    }
    Ok(known)
}

async fn find_into(
    conn: &mut AsyncPgConnection,
    wanted: &BTreeSet<&str>,
    known: &mut HashMap<String, KnownUser>,
) -> ServiceResult<()> {
    let wanted: Vec<&str> = wanted.iter().copied().collect();
    let found = find_known_users(conn, &wanted).await?;
    let ids: Vec<Uuid> = found.iter().map(|row| row.id).collect();
    let erased: HashSet<Uuid> = erased_among(conn, &ids).await?.into_iter().collect();
    for row in found {
        let user = known_user(&row, erased.contains(&row.id))?;
        known.insert(row.external_id, user);
    }
    Ok(())
}

fn known_user(row: &KnownUserRow, is_erased: bool) -> ServiceResult<KnownUser> {
    Ok(KnownUser {
        id: row.id.into(),
        persona: row.persona.as_deref().map(parse_persona).transpose()?,
        age_band: parse_age_band(&row.age_band)?,
        is_erased,
    })
}

pub(super) fn parse_persona(text: &str) -> ServiceResult<Persona> {
    Persona::parse(text).ok_or_else(|| ServiceError::Internal(format!("stored persona {text}")))
}

pub(crate) fn parse_age_band(text: &str) -> ServiceResult<AgeBand> {
    AgeBand::parse(text).ok_or_else(|| ServiceError::Internal(format!("stored age band {text}")))
}

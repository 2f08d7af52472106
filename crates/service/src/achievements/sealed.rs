//! Names of achievements, encrypted with the student's key.

use chrono::{DateTime, Utc};
use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_db::achievements::{
    AchievementRow, lock_unsealed_achievements, upsert_achievements,
};

use crate::context::Context;
use crate::error::ServiceResult;
use crate::users::{Field, PersonalKeys, RESEALED_AT_A_TIME, UserKey, keys_of, natural_id};

/// The kind of what a name is bound to.
pub(crate) const OWNER: &str = "achievement";

/// What a name is bound to: an achievement that is reported again keeps its id, so it is not that.
fn owner(student: Uuid, kind: &str, earned_at: DateTime<Utc>) -> Uuid {
    let earned_at = earned_at.timestamp_micros().to_string();
    natural_id(OWNER, &[&student.to_string(), kind, &earned_at])
}

/// Moves the name into the cipher.
pub(super) fn seal(
    row: &mut AchievementRow,
    keys: &PersonalKeys,
    key: UserKey,
) -> ServiceResult<()> {
    let owner = owner(row.student_id, &row.kind, row.earned_at);
    let name = std::mem::take(&mut row.name);
    row.name_cipher = Some(keys.seal(owner, Field::AchievementName, &name, &[key])?);
    Ok(())
}

/// Moves the name back; it stays empty when the student's key is gone.
pub(crate) fn open(row: &mut AchievementRow, keys: &PersonalKeys) -> ServiceResult<()> {
    if let Some(sealed) = row.name_cipher.take() {
        let name = open_name(keys, (row.student_id, &row.kind, row.earned_at), &sealed)?;
        row.name = name.unwrap_or_default();
    }
    Ok(())
}

/// The name of the achievement of a student, kind and time; `None` when the student's key is gone.
pub(crate) fn open_name(
    keys: &PersonalKeys,
    (student, kind, earned_at): (Uuid, &str, DateTime<Utc>),
    sealed: &[u8],
) -> ServiceResult<Option<String>> {
    keys.open(
        owner(student, kind, earned_at),
        Field::AchievementName,
        sealed,
    )
}

/// Encrypts names that are not yet, and answers how many those were.
///
/// # Errors
/// When the database or the key store refuses.
pub(crate) async fn seal_achievements(
    context: &Context,
    keys: &PersonalKeys,
) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    let mut sealed = 0;
    loop {
        let batch = conn
            .transaction(async |conn| seal_batch(conn, keys).await)
            .await?;
        sealed += batch;
        if batch == 0 {
            return Ok(sealed);
        }
    }
}

async fn seal_batch(conn: &mut AsyncPgConnection, keys: &PersonalKeys) -> ServiceResult<usize> {
    let mut rows = lock_unsealed_achievements(conn, RESEALED_AT_A_TIME).await?;
    let students: Vec<Uuid> = rows.iter().map(|row| row.student_id).collect();
    let user_keys = keys_of(conn, keys, &students).await?;
    for row in &mut rows {
        if let Some(key) = user_keys.get(&row.student_id) {
            seal(row, keys, *key)?;
        }
    }
    if !rows.is_empty() {
        upsert_achievements(conn, &rows).await?;
    }
    Ok(rows.len())
}

//! Which key is whose. A user gets a key with the first thing there is to encrypt.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::users::UserRow;
use viral_engine_db::users::keys::{self as db, KeySlotRow};

use super::envelope::UserKey;
use super::personal::PersonalKeys;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// The key of a user, as the row names it.
pub(crate) fn key_of(row: &UserRow) -> Option<UserKey> {
    key(row.id, row.key_slot)
}

pub(crate) fn key(user: Uuid, slot: Option<i64>) -> Option<UserKey> {
    let slot = u64::try_from(slot?).ok()?;
    Some(UserKey { user, slot })
}

/// A slot as the database keeps it.
pub(super) fn stored_slot(key: UserKey) -> ServiceResult<i64> {
    i64::try_from(key.slot).map_err(|_| ServiceError::Internal("the key store is full".to_owned()))
}

/// The keys of these users, in the caller's transaction. Who has none, or whose key was lost with the store, gets one.
///
/// # Errors
/// A conflict when one of them is erased or unknown; when the key store can not be written.
pub(crate) async fn keys_of(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
    users: &[Uuid],
) -> ServiceResult<HashMap<Uuid, UserKey>> {
    let mut known = HashMap::with_capacity(users.len());
    if users.is_empty() {
        return Ok(known);
    }
    let missing = note(keys, db::find_key_slots(conn, users).await?, &mut known)?;
    if !missing.is_empty() {
        // Locked and read again: somebody else may be giving them keys.
        let locked = db::lock_key_slots(conn, &missing).await?;
        let missing = note(keys, locked, &mut known)?;
        let made = keys.make_keys(missing).await?;
        let mut slots = Vec::with_capacity(made.len());
        for key in made {
            slots.push((key.user, stored_slot(key)?));
            known.insert(key.user, key);
        }
        db::set_key_slots(conn, &slots).await?;
    }
    match users.iter().find(|user| !known.contains_key(user)) {
        Some(user) => Err(ServiceError::Internal(format!(
            "the user {user} is not known"
        ))),
        None => Ok(known),
    }
}

/// Notes the keys that are there, and answers who has none.
fn note(
    keys: &PersonalKeys,
    rows: Vec<KeySlotRow>,
    known: &mut HashMap<Uuid, UserKey>,
) -> ServiceResult<Vec<Uuid>> {
    let mut missing = Vec::new();
    for row in rows {
        if row.deleted_at.is_some() {
            return Err(ServiceError::Conflict(format!(
                "the user {} is erased",
                row.id
            )));
        }
        match key(row.id, row.key_slot) {
            Some(key) if keys.has(key)? => {
                known.insert(key.user, key);
            }
            _ => missing.push(row.id),
        }
    }
    Ok(missing)
}

/// Looks whether the key store belongs to the database, and keeps its numbers from being given out again.
///
/// # Errors
/// When the key store can not be opened or the database can not be asked.
pub async fn check_key_store(context: &Context) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    let Some(highest) = db::highest_key_slot(&mut conn).await? else {
        return Ok(());
    };
    drop(conn);
    let least = u64::try_from(highest).unwrap_or_default().saturating_add(1);
    let store = context.keys.users.clone();
    let reserved = tokio::task::spawn_blocking(move || store.reserve(least));
    if reserved
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))??
    {
        tracing::error!(
            dir = %context.keys.users.dir().display(),
            "the key store is lost or older than the database: names, addresses and texts of users whose keys it lacks \
             read as empty until it is put back"
        );
    }
    Ok(())
}

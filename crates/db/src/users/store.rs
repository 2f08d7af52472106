//! Whole users: reading, locking, writing, listing.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::upsert::excluded;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::Value;
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::users;

/// A user as stored: personal fields are ciphertexts, the hashes beside them are keyed.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
#[expect(
    missing_docs,
    reason = "the columns are described in the migration and in the API's user"
)]
pub struct UserRow {
    pub id: Uuid,
    pub external_id: String,
    pub persona: Option<String>,
    pub age_band: String,
    pub band_until: Option<NaiveDate>,
    pub signed_up_at: Option<DateTime<Utc>>,
    pub guardian_id: Option<Uuid>,
    pub institution: Option<String>,
    pub cohort: Option<String>,
    pub grade: Option<String>,
    pub name_cipher: Option<Vec<u8>>,
    pub email_cipher: Option<Vec<u8>>,
    pub email_hash: Option<Vec<u8>>,
    pub phone_cipher: Option<Vec<u8>>,
    pub phone_hash: Option<Vec<u8>>,
    pub handle_cipher: Option<Vec<u8>>,
    pub handle_hash: Option<Vec<u8>>,
    pub locale: Option<String>,
    pub time_zone: Option<String>,
    pub preferences: Value,
    pub signals: Value,
    pub created_at: DateTime<Utc>,
    pub updated_at: DateTime<Utc>,
    pub version: i64,
    pub weekly_recap: bool,
    pub key_slot: Option<i64>,
    pub deleted_at: Option<DateTime<Utc>>,
}

/// What a list of users is narrowed to; `None` narrows nothing.
#[derive(Clone, Debug, Default)]
pub struct UserFilter {
    /// The one with our id.
    pub id: Option<Uuid>,
    /// Exactly this external id.
    pub external_id: Option<String>,
    /// This persona.
    pub persona: Option<&'static str>,
    /// This age band.
    pub age_band: Option<&'static str>,
    /// This institution.
    pub institution: Option<String>,
    /// The email address with one of these keyed hashes: one for each key in use.
    pub email_hashes: Option<Vec<Vec<u8>>>,
}

/// The user with this external id.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_user(conn: &mut AsyncPgConnection, external_id: &str) -> DbResult<UserRow> {
    Ok(users::table
        .filter(users::external_id.eq(external_id))
        .select(UserRow::as_select())
        .first(conn)
        .await?)
}

/// The users with these ids of ours; who is unknown is missing.
///
/// # Errors
/// When the database refuses.
pub async fn find_users_by_id(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<UserRow>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .select(UserRow::as_select())
        .load(conn)
        .await?)
}

/// The users with these external ids; who is unknown is missing.
///
/// # Errors
/// When the database refuses.
pub async fn find_users(
    conn: &mut AsyncPgConnection,
    external_ids: &[&str],
) -> DbResult<Vec<UserRow>> {
    Ok(users::table
        .filter(users::external_id.eq_any(external_ids))
        .select(UserRow::as_select())
        .load(conn)
        .await?)
}

/// The users with these external ids, locked until the transaction ends, in an order that is the same for everybody. Rows that
/// refer to them may still be written.
///
/// # Errors
/// When the database refuses.
pub async fn lock_users(
    conn: &mut AsyncPgConnection,
    external_ids: &[&str],
) -> DbResult<Vec<UserRow>> {
    Ok(users::table
        .filter(users::external_id.eq_any(external_ids))
        .order(users::external_id)
        .select(UserRow::as_select())
        .for_no_key_update()
        .load(conn)
        .await?)
}

/// The users with our ids, locked as [`lock_users`] does.
///
/// # Errors
/// When the database refuses.
pub async fn lock_users_by_id(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<UserRow>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .order(users::external_id)
        .select(UserRow::as_select())
        .for_no_key_update()
        .load(conn)
        .await?)
}

/// At most `limit` users whose age band ended before `today`, locked until the transaction ends; those that another
/// transaction has are left to it.
///
/// # Errors
/// When the database refuses.
pub async fn lock_users_to_age(
    conn: &mut AsyncPgConnection,
    today: NaiveDate,
    limit: i64,
) -> DbResult<Vec<UserRow>> {
    Ok(users::table
        .filter(users::band_until.lt(today))
        .filter(users::age_band.eq_any(["under_13", "13_to_15", "16_17"]))
        .filter(users::deleted_at.is_null())
        .order(users::id)
        .limit(limit)
        .select(UserRow::as_select())
        .for_no_key_update()
        .skip_locked()
        .load(conn)
        .await?)
}

/// External ids of these users.
///
/// # Errors
/// When the database refuses.
pub async fn external_ids_of(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<(Uuid, String)>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .select((users::id, users::external_id))
        .load(conn)
        .await?)
}

/// The user with our id.
///
/// # Errors
/// When there is none; when the database refuses.
pub async fn find_user_by_id(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<UserRow> {
    Ok(users::table
        .find(id)
        .select(UserRow::as_select())
        .first(conn)
        .await?)
}

/// Those of `ids` that are somebody's guardian.
///
/// # Errors
/// When the database refuses.
pub async fn guardians_among(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> DbResult<Vec<Uuid>> {
    let found: Vec<Option<Uuid>> = users::table
        .filter(users::guardian_id.eq_any(ids))
        .select(users::guardian_id)
        .distinct()
        .load(conn)
        .await?;
    Ok(found.into_iter().flatten().collect())
}

/// Writes users that exist already, whole.
///
/// # Errors
/// When the database refuses.
pub async fn save_users(conn: &mut AsyncPgConnection, rows: &[UserRow]) -> DbResult<()> {
    diesel::insert_into(users::table)
        .values(rows)
        .on_conflict(users::id)
        .do_update()
        .set((
            (
                users::persona.eq(excluded(users::persona)),
                users::age_band.eq(excluded(users::age_band)),
                users::band_until.eq(excluded(users::band_until)),
                users::signed_up_at.eq(excluded(users::signed_up_at)),
                users::guardian_id.eq(excluded(users::guardian_id)),
                users::institution.eq(excluded(users::institution)),
                users::cohort.eq(excluded(users::cohort)),
                users::grade.eq(excluded(users::grade)),
                users::locale.eq(excluded(users::locale)),
                users::time_zone.eq(excluded(users::time_zone)),
            ),
            (
                users::name_cipher.eq(excluded(users::name_cipher)),
                users::email_cipher.eq(excluded(users::email_cipher)),
                users::email_hash.eq(excluded(users::email_hash)),
                users::phone_cipher.eq(excluded(users::phone_cipher)),
                users::phone_hash.eq(excluded(users::phone_hash)),
                users::handle_cipher.eq(excluded(users::handle_cipher)),
                users::handle_hash.eq(excluded(users::handle_hash)),
                users::preferences.eq(excluded(users::preferences)),
                users::signals.eq(excluded(users::signals)),
                users::updated_at.eq(excluded(users::updated_at)),
                users::version.eq(excluded(users::version)),
                users::weekly_recap.eq(excluded(users::weekly_recap)),
                users::key_slot.eq(excluded(users::key_slot)),
            ),
        ))
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes users that this transaction created and nothing refers to.
///
/// # Errors
/// When the database refuses.
pub async fn delete_users(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> DbResult<()> {
    diesel::delete(users::table.filter(users::id.eq_any(ids)))
        .execute(conn)
        .await?;
    Ok(())
}

/// A page of the users that match `filter`.
///
/// # Errors
/// When the database refuses.
pub async fn list_users(
    conn: &mut AsyncPgConnection,
    filter: &UserFilter,
    page: PageQuery,
) -> DbResult<Vec<UserRow>> {
    use users::{created_at, id};
    let mut query = users::table
        .filter(users::deleted_at.is_null())
        .select(UserRow::as_select())
        .into_boxed();
    if let Some(value) = filter.id {
        query = query.filter(id.eq(value));
    }
    if let Some(value) = &filter.external_id {
        query = query.filter(users::external_id.eq(value));
    }
    if let Some(value) = filter.persona {
        query = query.filter(users::persona.eq(value));
    }
    if let Some(value) = filter.age_band {
        query = query.filter(users::age_band.eq(value));
    }
    if let Some(value) = &filter.institution {
        query = query.filter(users::institution.eq(value));
    }
    if let Some(values) = &filter.email_hashes {
        query = query.filter(users::email_hash.eq_any(values));
    }
    Ok(page_of!(query, page, created_at, id).load(conn).await?)
}

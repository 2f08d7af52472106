//! Finds users by the platform's own ids, many at a time, and creates those that are met for the first time.

use chrono::{DateTime, Utc};
use diesel::dsl::exists;
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::schema::{data_requests, users};

/// What other areas need to know of a user.
#[derive(Clone, Debug, PartialEq, Eq, Queryable, Selectable)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct KnownUserRow {
    /// Our id.
    pub id: Uuid,
    /// The platform's own id.
    pub external_id: String,
    /// Persona as sent.
    pub persona: Option<String>,
    /// Age band as sent.
    pub age_band: String,
}

/// The users with these external ids; who is unknown is missing.
///
/// # Errors
/// When the database refuses.
pub async fn find_known_users(
    conn: &mut AsyncPgConnection,
    external_ids: &[&str],
) -> DbResult<Vec<KnownUserRow>> {
    Ok(users::table
        .filter(users::external_id.eq_any(external_ids))
        .select(KnownUserRow::as_select())
        .load(conn)
        .await?)
}

/// Those of these users who are erased, or are about to be: somebody has asked for that.
///
/// # Errors
/// When the database refuses.
pub async fn erased_among(conn: &mut AsyncPgConnection, ids: &[Uuid]) -> DbResult<Vec<Uuid>> {
    let asked = data_requests::table
        .filter(data_requests::user_id.eq(users::id))
        .filter(data_requests::kind.eq("deletion"))
        .filter(data_requests::state.ne("completed"));
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .filter(users::deleted_at.is_not_null().or(exists(asked)))
        .select(users::id)
        .load(conn)
        .await?)
}

/// The users with these ids.
///
/// # Errors
/// When the database refuses.
pub async fn find_known_by_ids(
    conn: &mut AsyncPgConnection,
    ids: &[Uuid],
) -> DbResult<Vec<KnownUserRow>> {
    Ok(users::table
        .filter(users::id.eq_any(ids))
        .select(KnownUserRow::as_select())
        .load(conn)
        .await?)
}

/// Creates users of whom only the external id is known, and answers whom it created; those that exist stay as they
/// are. Give `external_ids` sorted: transactions that insert in the same order can not lock each other out.
///
/// # Errors
/// When the database refuses.
pub async fn insert_unknown_users(
    conn: &mut AsyncPgConnection,
    external_ids: &[&str],
    now: DateTime<Utc>,
) -> DbResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Created {
        #[diesel(sql_type = Text)]
        external_id: String,
    }
    let ids: Vec<Uuid> = external_ids.iter().map(|_| Uuid::now_v7()).collect();
    let created: Vec<Created> = sql_query(
        "INSERT INTO users (id, external_id, age_band, created_at, updated_at) \
         SELECT id, external_id, 'unknown', $3, $3 FROM unnest($1, $2) AS new (id, external_id) \
         ON CONFLICT ON CONSTRAINT users_external_id_key DO NOTHING RETURNING external_id",
    )
    .bind::<Array<SqlUuid>, _>(ids)
    .bind::<Array<Text>, _>(external_ids)
    .bind::<Timestamptz, _>(now)
    .load(conn)
    .await?;
    Ok(created.into_iter().map(|row| row.external_id).collect())
}

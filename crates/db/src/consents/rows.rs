//! Consents, a row for each child, guardian, scope and version of the notice.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{BigInt, Timestamptz};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::guards::take_guards;
use crate::error::{DbError, DbResult};
use crate::page::{PageQuery, page_of};
use crate::schema::{consents, notices, users};

/// A consent as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = consents, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct ConsentRow {
    /// Its id.
    pub id: Uuid,
    /// Whom it is about.
    pub child_id: Uuid,
    /// Who gives it; none for a school's.
    pub guardian_id: Option<Uuid>,
    /// The school; none for a guardian's.
    pub institution: Option<String>,
    /// What it is for.
    pub scope: String,
    /// The version of the notice.
    pub notice_id: Option<Uuid>,
    /// Under which it was asked for last.
    pub request_id: Option<Uuid>,
    /// Where it is in its life.
    pub state: String,
    /// How the guardian chose to be verified.
    pub method: Option<String>,
    /// When a pending answer must be complete.
    pub until: Option<DateTime<Utc>>,
    /// Not before, the second step.
    pub confirm_from: Option<DateTime<Utc>>,
    /// Failed verifications of this request.
    pub failures: i16,
    /// How the guardian was verified.
    pub evidence_method: Option<String>,
    /// The provider's name of the verification.
    pub evidence_transaction: Option<String>,
    /// Language in which the notice was shown.
    pub evidence_locale: Option<String>,
    /// SHA-256 of the notice as it was shown.
    pub evidence_notice_hash: Option<Vec<u8>>,
    /// When the guardian was verified.
    pub evidence_at: Option<DateTime<Utc>>,
    /// Grows with each step.
    pub version: i64,
    /// When it was asked for first.
    pub created_at: DateTime<Utc>,
    /// Last step.
    pub updated_at: DateTime<Utc>,
}

/// Which consents to list.
#[derive(Clone, Debug, Default)]
pub struct ConsentFilter {
    /// In this state.
    pub state: Option<&'static str>,
    /// For this scope.
    pub scope: Option<String>,
    /// Of this child.
    pub child: Option<Uuid>,
    /// Of this guardian.
    pub guardian: Option<Uuid>,
}

/// Stores consents.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn insert_consents(conn: &mut AsyncPgConnection, rows: &[ConsentRow]) -> DbResult<()> {
    diesel::insert_into(consents::table)
        .values(rows)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of a consent.
pub async fn save_consent(conn: &mut AsyncPgConnection, row: &ConsentRow) -> DbResult<()> {
    diesel::update(consents::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A consent.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_consent(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<ConsentRow> {
    Ok(consents::table
        .find(id)
        .select(ConsentRow::as_select())
        .first(conn)
        .await?)
}

/// A consent, locked until the transaction ends.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn lock_consent(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<ConsentRow> {
    Ok(consents::table
        .find(id)
        .select(ConsentRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// Locks a child until the transaction ends, so that what is asked of its guardians happens one after the other, and nothing
/// is written meanwhile that rests on its consents.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn lock_child(conn: &mut AsyncPgConnection, child: Uuid) -> DbResult<()> {
    match lock_children(conn, &[child]).await? {
        0 => Err(DbError::NotFound),
        _ => Ok(()),
    }
}

/// The same for several, and answers how many there are.
pub async fn lock_children(conn: &mut AsyncPgConnection, children: &[Uuid]) -> DbResult<usize> {
    let locked: Vec<Uuid> = users::table
        .filter(users::id.eq_any(children))
        .order(users::external_id)
        .select(users::id)
        .for_no_key_update()
        .load(conn)
        .await?;
    take_guards(conn, &locked).await?;
    Ok(locked.len())
}

/// The children for whom one of these guardians allows something, or was asked to.
pub async fn children_of_guardians(
    conn: &mut AsyncPgConnection,
    guardians: &[Uuid],
) -> DbResult<Vec<Uuid>> {
    Ok(consents::table
        .filter(consents::guardian_id.eq_any(guardians))
        .filter(consents::state.eq_any(STANDING))
        .select(consents::child_id)
        .distinct()
        .load(conn)
        .await?)
}

/// Consents that were asked for under a request, in the order of their scopes.
pub async fn consents_of_request(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> DbResult<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::request_id.eq(request))
        .order(consents::scope)
        .select(ConsentRow::as_select())
        .load(conn)
        .await?)
}

/// The same, locked until the transaction ends.
pub async fn lock_consents_of_request(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> DbResult<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::request_id.eq(request))
        .order(consents::id)
        .select(ConsentRow::as_select())
        .for_update()
        .load(conn)
        .await?)
}

/// All consents about a child, the newest first.
pub async fn consents_of_child(
    conn: &mut AsyncPgConnection,
    child: Uuid,
) -> DbResult<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::child_id.eq(child))
        .order((consents::created_at.desc(), consents::id.desc()))
        .select(ConsentRow::as_select())
        .load(conn)
        .await?)
}

/// All consents about children, locked until the transaction ends.
pub async fn lock_consents_of_children(
    conn: &mut AsyncPgConnection,
    children: &[Uuid],
) -> DbResult<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::child_id.eq_any(children))
        .order(consents::id)
        .select(ConsentRow::as_select())
        .for_update()
        .load(conn)
        .await?)
}

/// All consents of a guardian, by child and scope, the newest first.
pub async fn consents_of_guardian(
    conn: &mut AsyncPgConnection,
    guardian: Uuid,
) -> DbResult<Vec<ConsentRow>> {
    Ok(consents::table
        .filter(consents::guardian_id.eq(guardian))
        .order((
            consents::child_id,
            consents::scope,
            consents::created_at.desc(),
            consents::id.desc(),
        ))
        .select(ConsentRow::as_select())
        .load(conn)
        .await?)
}

/// States of consents that are in force, may be again, or may still come.
const STANDING: [&str; 5] = [
    "active",
    "suspended",
    "notice_sent",
    "verifying",
    "confirm_pending",
];

/// Consents that were given to versions of the notice before this one, or may still be, locked until the transaction ends
/// with the guards of their children.
pub async fn standing_under_earlier_notices(
    conn: &mut AsyncPgConnection,
    number: i32,
    most: i64,
) -> DbResult<Vec<ConsentRow>> {
    let earlier = notices::table
        .filter(notices::number.lt(number))
        .select(notices::id.nullable());
    let standing: Vec<(Uuid, Uuid)> = consents::table
        .filter(consents::state.eq_any(STANDING))
        .filter(consents::notice_id.eq_any(earlier))
        .order(consents::id)
        .limit(most)
        .select((consents::id, consents::child_id))
        .load(conn)
        .await?;
    let (ids, children): (Vec<Uuid>, Vec<Uuid>) = standing.into_iter().unzip();
    take_guards(conn, &children).await?;
    // What changed while the guards were waited for does not stand any more.
    Ok(consents::table
        .filter(consents::id.eq_any(ids))
        .filter(consents::state.eq_any(STANDING))
        .order(consents::id)
        .select(ConsentRow::as_select())
        .for_update()
        .load(conn)
        .await?)
}

/// A page of consents, newest first.
pub async fn list_consents(
    conn: &mut AsyncPgConnection,
    filter: &ConsentFilter,
    page: PageQuery,
) -> DbResult<Vec<ConsentRow>> {
    let mut query = consents::table.select(ConsentRow::as_select()).into_boxed();
    if let Some(state) = filter.state {
        query = query.filter(consents::state.eq(state));
    }
    if let Some(scope) = &filter.scope {
        query = query.filter(consents::scope.eq(scope));
    }
    if let Some(child) = filter.child {
        query = query.filter(consents::child_id.eq(child));
    }
    if let Some(guardian) = filter.guardian {
        query = query.filter(consents::guardian_id.eq(guardian));
    }
    Ok(page_of!(query, page, consents::created_at, consents::id)
        .load(conn)
        .await?)
}

/// How many consents are in each state, by scope.
pub async fn count_by_state(conn: &mut AsyncPgConnection) -> DbResult<Vec<(String, String, i64)>> {
    Ok(consents::table
        .group_by((consents::scope, consents::state))
        .select((consents::scope, consents::state, diesel::dsl::count_star()))
        .order((consents::scope, consents::state))
        .load(conn)
        .await?)
}

/// How many pending answers have so many days left.
#[derive(Clone, Copy, Debug, PartialEq, Eq, QueryableByName)]
pub struct PendingRow {
    /// Whole days until they expire; negative when they are late.
    #[diesel(sql_type = BigInt)]
    pub days_left: i64,
    /// How many.
    #[diesel(sql_type = BigInt)]
    pub count: i64,
}

const PENDING: &str = "
    SELECT floor(extract(epoch FROM until - $1) / 86400)::bigint AS days_left, count(*) AS count
    FROM consents
    WHERE state IN ('notice_sent', 'verifying', 'confirm_pending') AND until IS NOT NULL
    GROUP BY 1
    ORDER BY 1 DESC";

/// How many answers are pending, by the days they have left, the most first.
pub async fn count_pending(
    conn: &mut AsyncPgConnection,
    now: DateTime<Utc>,
) -> DbResult<Vec<PendingRow>> {
    Ok(sql_query(PENDING)
        .bind::<Timestamptz, _>(now)
        .load(conn)
        .await?)
}

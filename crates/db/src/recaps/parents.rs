//! Which parents are due, and who their children are.

use chrono::{DateTime, NaiveDate, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Bool, Date, Nullable, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::count::Count;
use crate::error::DbResult;
use crate::schema::users;

/// A parent whose week is to be told.
#[derive(Clone, Debug, Queryable, Selectable, QueryableByName)]
#[diesel(table_name = users, check_for_backend(diesel::pg::Pg))]
pub struct ParentRow {
    /// Our id.
    pub id: Uuid,
    /// IANA name; UTC when absent.
    pub time_zone: Option<String>,
    /// Language tag.
    pub locale: Option<String>,
    /// Name, encrypted.
    pub name_cipher: Option<Vec<u8>>,
    /// Address, encrypted.
    pub email_cipher: Option<Vec<u8>>,
    /// Whether the parent wants the recap by mail.
    pub weekly_recap: bool,
}

/// A child of a parent.
#[derive(Clone, Debug, Queryable)]
pub struct ChildRow {
    /// Our id.
    pub id: Uuid,
    /// The parent.
    pub parent_id: Uuid,
    /// Name, encrypted.
    pub name_cipher: Option<Vec<u8>>,
    /// Age band.
    pub age_band: String,
}

/// Which parents a run is about.
#[derive(Clone, Debug)]
pub struct DueParents<'a> {
    /// Time zones, as users have them.
    pub zones: &'a [String],
    /// The week for each zone, by its Monday.
    pub weeks: &'a [NaiveDate],
    /// This parent alone.
    pub only: Option<Uuid>,
    /// Also those for whom the week was done.
    pub again: bool,
}

/// The zone of a user, and who is due: guardians are parents by the rules of users.
const DUE: &str = "
FROM users p
JOIN unnest($1::text[], $2::date[]) AS d (zone, week) ON d.zone = coalesce(p.time_zone, 'UTC')
LEFT JOIN recap_progress r ON r.parent_id = p.id
WHERE p.persona = 'parent' AND ($3::uuid IS NULL OR p.id = $3) AND ($4 OR r.week IS NULL OR r.week < d.week)
    AND EXISTS (SELECT FROM users c WHERE c.guardian_id = p.id)";

const CLAIM: &str = "
INSERT INTO recap_progress AS r (parent_id, week)
SELECT * FROM unnest($1::uuid[], $2::date[]) AS n (parent_id, week) ORDER BY 1
ON CONFLICT (parent_id) DO UPDATE SET week = greatest(r.week, excluded.week) WHERE $3 OR r.week < excluded.week
RETURNING parent_id AS id";

#[derive(QueryableByName)]
struct Id {
    #[diesel(sql_type = SqlUuid)]
    id: Uuid,
}

/// Time zones of parents with children.
///
/// # Errors
/// When the database refuses.
pub async fn parent_zones(conn: &mut AsyncPgConnection) -> DbResult<Vec<String>> {
    #[derive(QueryableByName)]
    struct Zone {
        #[diesel(sql_type = Text)]
        zone: String,
    }
    let zones: Vec<Zone> = sql_query(
        "SELECT DISTINCT coalesce(p.time_zone, 'UTC') AS zone FROM users p \
         WHERE p.persona = 'parent' AND EXISTS (SELECT FROM users c WHERE c.guardian_id = p.id)",
    )
    .load(conn)
    .await?;
    Ok(zones.into_iter().map(|row| row.zone).collect())
}

/// How many parents are due.
///
/// # Errors
/// When the database refuses.
pub async fn count_due_parents(
    conn: &mut AsyncPgConnection,
    due: &DueParents<'_>,
) -> DbResult<i64> {
    let count: Count = sql_query(format!("SELECT count(*) AS count {DUE}"))
        .bind::<Array<Text>, _>(due.zones)
        .bind::<Array<Date>, _>(due.weeks)
        .bind::<Nullable<SqlUuid>, _>(due.only)
        .bind::<Bool, _>(due.again)
        .get_result(conn)
        .await?;
    Ok(count.count)
}

/// At most `limit` due parents with ids greater than `after`, by id.
///
/// # Errors
/// When the database refuses.
pub async fn due_parents(
    conn: &mut AsyncPgConnection,
    due: &DueParents<'_>,
    after: Uuid,
    limit: i64,
) -> DbResult<Vec<ParentRow>> {
    let columns = "p.id, p.time_zone, p.locale, p.name_cipher, p.email_cipher, p.weekly_recap";
    let sql = format!("SELECT {columns} {DUE} AND p.id > $5 ORDER BY p.id LIMIT $6");
    Ok(sql_query(sql)
        .bind::<Array<Text>, _>(due.zones)
        .bind::<Array<Date>, _>(due.weeks)
        .bind::<Nullable<SqlUuid>, _>(due.only)
        .bind::<Bool, _>(due.again)
        .bind::<SqlUuid, _>(after)
        .bind::<BigInt, _>(limit)
        .load(conn)
        .await?)
}

/// Notes that the caller's transaction does a week for each parent, and answers for whom it may: whoever comes second
/// waits for the first, and is told nobody unless it does weeks `again`.
///
/// # Errors
/// When the database refuses.
pub async fn claim_parents(
    conn: &mut AsyncPgConnection,
    parents: &[Uuid],
    weeks: &[NaiveDate],
    again: bool,
) -> DbResult<Vec<Uuid>> {
    let claimed: Vec<Id> = sql_query(CLAIM)
        .bind::<Array<SqlUuid>, _>(parents)
        .bind::<Array<Date>, _>(weeks)
        .bind::<Bool, _>(again)
        .load(conn)
        .await?;
    Ok(claimed.into_iter().map(|row| row.id).collect())
}

/// Children of these parents, the first known first.
///
/// # Errors
/// When the database refuses.
pub async fn children_of(
    conn: &mut AsyncPgConnection,
    parents: &[Uuid],
) -> DbResult<Vec<ChildRow>> {
    let guardian = users::guardian_id.assume_not_null();
    Ok(users::table
        .filter(users::guardian_id.eq_any(parents))
        .order((users::guardian_id, users::created_at, users::id))
        .select((users::id, guardian, users::name_cipher, users::age_band))
        .load(conn)
        .await?)
}

/// A parent.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_parent(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<ParentRow> {
    Ok(users::table
        .find(id)
        .select(ParentRow::as_select())
        .first(conn)
        .await?)
}

/// Stores whether a parent wants the recap by mail, and answers whether that is a change.
///
/// # Errors
/// When the database refuses.
pub async fn set_recap_wish(
    conn: &mut AsyncPgConnection,
    parent: Uuid,
    wanted: bool,
    now: DateTime<Utc>,
) -> DbResult<bool> {
    let other = users::table
        .find(parent)
        .filter(users::weekly_recap.ne(wanted));
    let changed = diesel::update(other)
        .set((
            users::weekly_recap.eq(wanted),
            users::updated_at.eq(now),
            users::version.eq(users::version + 1),
        ))
        .execute(conn)
        .await?;
    Ok(changed > 0)
}

//! Schedules: which slots were served, and which are paused. What they do and when is in the code.

use chrono::{DateTime, TimeDelta, Utc};
use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Array, BigInt, Nullable, Text, Timestamptz, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;

/// What is known of a schedule.
#[derive(Clone, Debug, PartialEq, Eq, QueryableByName)]
pub struct ScheduleRow {
    /// Its name.
    #[diesel(sql_type = Text)]
    pub name: String,
    /// Slots up to here are not made up for.
    #[diesel(sql_type = Timestamptz)]
    pub counted_from: DateTime<Utc>,
    /// When it was paused.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub paused_at: Option<DateTime<Utc>>,
    /// By whom.
    #[diesel(sql_type = Nullable<Text>)]
    pub paused_by: Option<String>,
    /// The latest slot that was served.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_slot: Option<DateTime<Utc>>,
    /// When it was served.
    #[diesel(sql_type = Nullable<Timestamptz>)]
    pub last_enqueued_at: Option<DateTime<Utc>>,
    /// The job that was enqueued for it.
    #[diesel(sql_type = Nullable<SqlUuid>)]
    pub last_job_id: Option<Uuid>,
}

#[derive(QueryableByName)]
struct Now {
    #[diesel(sql_type = Timestamptz)]
    now: DateTime<Utc>,
}

#[derive(QueryableByName)]
struct JobId {
    #[diesel(sql_type = SqlUuid)]
    job_id: Uuid,
}

const REGISTER: &str = "
INSERT INTO schedules (name, counted_from) SELECT name, clock_timestamp() FROM unnest($1) AS n (name) ORDER BY name
ON CONFLICT (name) DO NOTHING";

const LOAD: &str = "
SELECT s.name, s.counted_from, s.paused_at, s.paused_by, l.slot AS last_slot, l.enqueued_at AS last_enqueued_at,
       l.job_id AS last_job_id
FROM schedules s LEFT JOIN LATERAL (
    SELECT slot, enqueued_at, job_id FROM schedule_slots WHERE schedule = s.name ORDER BY slot DESC LIMIT 1
) l ON true
WHERE s.name = ANY ($1) ORDER BY s.name";

const WAITING: &str = "
SELECT s.job_id FROM schedule_slots s JOIN jobs j ON j.id = s.job_id
WHERE s.schedule = $1 AND s.slot = $2 AND j.state = 'waiting'";

const INSERT_SLOT: &str = "
INSERT INTO schedule_slots (schedule, slot, job_id, enqueued_at) VALUES ($1, $2, $3, clock_timestamp())
ON CONFLICT (schedule, slot) DO NOTHING";

const PAUSE: &str = "
UPDATE schedules SET paused_at = statement_timestamp(), paused_by = $2 WHERE name = $1 AND paused_at IS NULL";

/// What passed meanwhile is not made up for.
const RESUME: &str = "
UPDATE schedules SET paused_at = NULL, paused_by = NULL, counted_from = statement_timestamp()
WHERE name = $1 AND paused_at IS NOT NULL";

/// The latest slot of each is kept: it tells what was served.
const PRUNE: &str = "
DELETE FROM schedule_slots s WHERE s.enqueued_at < statement_timestamp() - $1 * interval '1 microsecond'
  AND EXISTS (SELECT FROM schedule_slots later WHERE later.schedule = s.schedule AND later.slot > s.slot)";

/// The database's time.
///
/// # Errors
/// When the database refuses, as everywhere in this module.
pub async fn database_now(conn: &mut AsyncPgConnection) -> DbResult<DateTime<Utc>> {
    let row: Now = sql_query("SELECT clock_timestamp() AS now")
        .get_result(conn)
        .await?;
    Ok(row.now)
}

/// Makes schedules known; from now on their slots count.
pub async fn register_schedules(conn: &mut AsyncPgConnection, names: &[&str]) -> DbResult<()> {
    sql_query(REGISTER)
        .bind::<Array<Text>, _>(names)
        .execute(conn)
        .await?;
    Ok(())
}

/// What is known of these schedules, by name.
pub async fn load_schedules(
    conn: &mut AsyncPgConnection,
    names: &[&str],
) -> DbResult<Vec<ScheduleRow>> {
    Ok(sql_query(LOAD)
        .bind::<Array<Text>, _>(names)
        .load(conn)
        .await?)
}

/// The job of a slot, if it still waits to be run.
pub async fn waiting_job(
    conn: &mut AsyncPgConnection,
    schedule: &str,
    slot: DateTime<Utc>,
) -> DbResult<Option<Uuid>> {
    let row: Option<JobId> = sql_query(WAITING)
        .bind::<Text, _>(schedule)
        .bind::<Timestamptz, _>(slot)
        .get_result(conn)
        .await
        .optional()?;
    Ok(row.map(|row| row.job_id))
}

/// Notes the job of a slot; whether nobody had.
pub async fn insert_slot(
    conn: &mut AsyncPgConnection,
    schedule: &str,
    slot: DateTime<Utc>,
    job: Uuid,
) -> DbResult<bool> {
    let rows = sql_query(INSERT_SLOT)
        .bind::<Text, _>(schedule)
        .bind::<Timestamptz, _>(slot)
        .bind::<SqlUuid, _>(job)
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Lets slots of a schedule pass; whether they did not already.
pub async fn pause_schedule(conn: &mut AsyncPgConnection, name: &str, by: &str) -> DbResult<bool> {
    let rows = sql_query(PAUSE)
        .bind::<Text, _>(name)
        .bind::<Text, _>(by)
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Serves slots of a schedule again; whether they were let pass.
pub async fn resume_schedule(conn: &mut AsyncPgConnection, name: &str) -> DbResult<bool> {
    let rows = sql_query(RESUME)
        .bind::<Text, _>(name)
        .execute(conn)
        .await?;
    Ok(rows > 0)
}

/// Removes slots served more than `kept` ago; answers how many.
pub async fn prune_slots(conn: &mut AsyncPgConnection, kept: TimeDelta) -> DbResult<usize> {
    Ok(sql_query(PRUNE)
        .bind::<BigInt, _>(kept.num_microseconds().unwrap_or(i64::MAX))
        .execute(conn)
        .await?)
}

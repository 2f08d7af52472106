//! What operators do to a job.

use diesel::prelude::*;
use diesel::sql_query;
use diesel::sql_types::{Bool, Integer, Text, Uuid as SqlUuid};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;
use viral_engine_domain::jobs::JobLife;

use super::rows::JobRow;
use crate::error::DbResult;
use crate::schema::jobs;

const SAVE: &str = "
UPDATE jobs SET state = $2, attempt_limit = $3,
    run_at = CASE WHEN $2 = 'waiting' AND state <> 'waiting' THEN statement_timestamp() ELSE run_at END,
    finished_at = CASE WHEN $2 IN ('waiting', 'running') THEN NULL ELSE coalesce(finished_at, statement_timestamp()) END,
    lease_until = CASE WHEN $2 = 'running' THEN lease_until END,
    cancel_requested_at = CASE WHEN $4 THEN coalesce(cancel_requested_at, statement_timestamp()) END
WHERE id = $1";

/// A job, kept from changing until the transaction ends: no worker can claim or end it meanwhile.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn lock_job(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<JobRow> {
    Ok(jobs::table
        .find(id)
        .select(JobRow::as_select())
        .for_update()
        .first(conn)
        .await?)
}

/// Stores where a locked job is in its life now; one that waits anew is due at once.
///
/// # Errors
/// When the database refuses.
pub async fn save_life(conn: &mut AsyncPgConnection, id: Uuid, life: &JobLife) -> DbResult<()> {
    sql_query(SAVE)
        .bind::<SqlUuid, _>(id)
        .bind::<Text, _>(life.state.as_str())
        .bind::<Integer, _>(i32::try_from(life.attempt_limit).unwrap_or(i32::MAX))
        .bind::<Bool, _>(life.cancel_requested)
        .execute(conn)
        .await?;
    Ok(())
}

/// Removes a job and what is known of its attempts.
///
/// # Errors
/// When the database refuses.
pub async fn delete_job(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<()> {
    diesel::delete(jobs::table.find(id)).execute(conn).await?;
    Ok(())
}

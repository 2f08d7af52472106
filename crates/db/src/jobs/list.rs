//! Jobs for operators.

use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use super::rows::{JobErrorRow, JobRow};
use crate::error::DbResult;
use crate::page::PageQuery;
use crate::schema::{job_errors, jobs};

/// Which jobs to list.
#[derive(Clone, Copy, Debug, Default)]
pub struct JobFilter<'a> {
    /// Of this queue.
    pub queue: Option<&'a str>,
    /// In this state.
    pub state: Option<&'a str>,
    /// Of this kind.
    pub kind: Option<&'a str>,
}

/// A page of the jobs, newest first. Ids grow with time, so that they alone are the order.
///
/// # Errors
/// When the database refuses.
pub async fn list_jobs(
    conn: &mut AsyncPgConnection,
    filter: JobFilter<'_>,
    page: PageQuery,
) -> DbResult<Vec<JobRow>> {
    let mut query = jobs::table
        .select(JobRow::as_select())
        .limit(page.limit)
        .into_boxed();
    if let Some(queue) = filter.queue {
        query = query.filter(jobs::queue.eq(queue));
    }
    if let Some(state) = filter.state {
        query = query.filter(jobs::state.eq(state));
    }
    if let Some(kind) = filter.kind {
        query = query.filter(jobs::kind.eq(kind));
    }
    if let Some((_, id)) = page.border {
        query = if page.backwards {
            query.filter(jobs::id.gt(id))
        } else {
            query.filter(jobs::id.lt(id))
        };
    }
    let query = if page.backwards {
        query.order(jobs::id.asc())
    } else {
        query.order(jobs::id.desc())
    };
    Ok(query.load(conn).await?)
}

/// A job.
///
/// # Errors
/// [`crate::DbError::NotFound`] when there is none.
pub async fn find_job(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<JobRow> {
    Ok(jobs::table
        .find(id)
        .select(JobRow::as_select())
        .first(conn)
        .await?)
}

/// What went wrong in a job's attempts, the latest first.
///
/// # Errors
/// When the database refuses.
pub async fn job_errors(conn: &mut AsyncPgConnection, id: Uuid) -> DbResult<Vec<JobErrorRow>> {
    Ok(job_errors::table
        .filter(job_errors::job_id.eq(id))
        .order(job_errors::attempt.desc())
        .select(JobErrorRow::as_select())
        .load(conn)
        .await?)
}

//! Queues as operators see them, and their figures for Prometheus.

use std::collections::HashMap;

use diesel_async::AsyncConnection;
use serde_json::json;
use viral_engine_api_types::jobs::{self as dto, QueueList};
use viral_engine_db::jobs::{self as db, QueueCounts, QueueRow};
use viral_engine_db::notifications::{Channel, notify};
use viral_engine_domain::jobs::Queue;

use super::row::queue_name;
use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// All queues with what waits and runs in them.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_queues(context: &Context) -> ServiceResult<QueueList> {
    let mut conn = context.connection().await?;
    let rows = db::list_queues(&mut conn).await?;
    let mut counts: HashMap<String, QueueCounts> = db::count_jobs(&mut conn)
        .await?
        .into_iter()
        .map(|counts| (counts.queue.clone(), counts))
        .collect();
    let known = rows
        .into_iter()
        .filter_map(|row| Some((Queue::parse(&row.name)?, row)));
    let items = known
        .map(|(queue, row)| answer(queue, row, counts.remove(queue.as_str())))
        .collect();
    Ok(QueueList { items })
}

/// Keeps jobs of a queue from being begun. Those that run go on.
///
/// # Errors
/// When there is no such queue; a conflict when it is paused already.
pub async fn pause_queue(
    context: &Context,
    caller: &Caller,
    name: &str,
) -> ServiceResult<dto::Queue> {
    let queue = named(name)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !db::pause_queue(conn, queue, caller.display_name()).await? {
            return Err(ServiceError::Conflict(
                "the queue is paused already".to_owned(),
            ));
        }
        audit::record(
            conn,
            context,
            caller,
            "pause_queue",
            ("queue", name),
            json!({}),
        )
        .await
    })
    .await?;
    find(context, queue).await
}

/// Lets jobs of a queue be begun again.
///
/// # Errors
/// When there is no such queue; a conflict when it is not paused.
pub async fn resume_queue(
    context: &Context,
    caller: &Caller,
    name: &str,
) -> ServiceResult<dto::Queue> {
    let queue = named(name)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !db::resume_queue(conn, queue).await? {
            return Err(ServiceError::Conflict("the queue is not paused".to_owned()));
        }
        notify(conn, Channel::Jobs, name).await?;
        audit::record(
            conn,
            context,
            caller,
            "resume_queue",
            ("queue", name),
            json!({}),
        )
        .await
    })
    .await?;
    find(context, queue).await
}

/// Writes the figures of the queues where Prometheus reads them.
///
/// # Errors
/// When the database can not be asked.
pub async fn measure_queues(context: &Context) -> ServiceResult<()> {
    for queue in list_queues(context).await?.items {
        let name = super::row::queue_of(queue.name).as_str();
        let gauge = |metric: &'static str| metrics::gauge!(metric, "queue" => name);
        gauge("viral_engine_jobs_due").set(queue.due as f64);
        gauge("viral_engine_jobs_later").set(queue.later as f64);
        gauge("viral_engine_jobs_running").set(queue.running as f64);
        gauge("viral_engine_jobs_discarded").set(queue.discarded as f64);
        gauge("viral_engine_jobs_lag_seconds").set(queue.lag_seconds);
    }
    Ok(())
}

async fn find(context: &Context, queue: Queue) -> ServiceResult<dto::Queue> {
    let mut conn = context.connection().await?;
    let row = db::find_queue(&mut conn, queue).await?;
    let counts = db::count_jobs(&mut conn).await?;
    let counts = counts
        .into_iter()
        .find(|counts| counts.queue == queue.as_str());
    Ok(answer(queue, row, counts))
}

fn named(name: &str) -> ServiceResult<Queue> {
    Queue::parse(name).ok_or(ServiceError::NotFound("queue"))
}

fn answer(queue: Queue, row: QueueRow, counts: Option<QueueCounts>) -> dto::Queue {
    let count = |value: fn(&QueueCounts) -> i64| counts.as_ref().map_or(0, value);
    dto::Queue {
        name: queue_name(queue),
        concurrency: row.concurrency,
        paused_at: row.paused_at,
        paused_by: row.paused_by,
        due: count(|counts| counts.due),
        later: count(|counts| counts.later),
        running: count(|counts| counts.running),
        discarded: count(|counts| counts.discarded),
        lag_seconds: counts
            .as_ref()
            .and_then(|counts| counts.lag_seconds)
            .unwrap_or(0.0),
    }
}

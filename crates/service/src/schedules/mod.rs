//! Schedules: what is asked for by the clock. A slot only enqueues a job, once over all nodes; of slots that passed
//! while nobody looked, the latest alone is made up for.

mod slots;
mod table;

use diesel_async::AsyncConnection;
use serde_json::json;
use viral_engine_api_types::jobs::{self as dto, JobDetails, ScheduleList};
use viral_engine_db::schedules as db;
use viral_engine_db::schedules::ScheduleRow;

pub use slots::{Look, Timetable, enqueue_due, enqueue_due_at, register};
pub use table::{SCHEDULES, Schedule, Zone};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::{enqueue_job, get_job};

/// All schedules with when they enqueued last and will next.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_schedules(context: &Context) -> ServiceResult<ScheduleList> {
    let names: Vec<&str> = SCHEDULES.iter().map(|schedule| schedule.name).collect();
    let mut conn = context.connection().await?;
    let now = db::database_now(&mut conn).await?;
    let rows = db::load_schedules(&mut conn, &names).await?;
    let mut items = Vec::with_capacity(SCHEDULES.len());
    for schedule in SCHEDULES {
        let row = rows.iter().find(|row| row.name == schedule.name);
        items.push(answer(context, schedule, row, now)?);
    }
    items.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(ScheduleList { items })
}

/// Enqueues the job of a schedule now, also while it is paused. Answers the job.
///
/// # Errors
/// When there is no such schedule.
pub async fn run_schedule(
    context: &Context,
    caller: &Caller,
    name: &str,
) -> ServiceResult<JobDetails> {
    let schedule = named(name)?;
    let mut conn = context.connection().await?;
    let enqueued = conn
        .transaction(async |conn| {
            db::register_schedules(conn, &[schedule.name]).await?;
            let slot = db::database_now(conn).await?;
            let enqueued = enqueue_job(conn, (schedule.job)(slot)?).await?;
            db::insert_slot(conn, schedule.name, slot, enqueued.id.0).await?;
            let changes = json!({ "job": enqueued.id });
            let object = ("schedule", name);
            audit::record(conn, context, caller, "run_schedule", object, changes).await?;
            Ok::<_, ServiceError>(enqueued)
        })
        .await?;
    get_job(context, enqueued.id).await
}

/// Lets slots of a schedule pass.
///
/// # Errors
/// When there is no such schedule; a conflict when it is paused already.
pub async fn pause_schedule(
    context: &Context,
    caller: &Caller,
    name: &str,
) -> ServiceResult<dto::Schedule> {
    let schedule = named(name)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        db::register_schedules(conn, &[schedule.name]).await?;
        if !db::pause_schedule(conn, name, caller.display_name()).await? {
            return Err(ServiceError::Conflict(
                "the schedule is paused already".to_owned(),
            ));
        }
        audit::record(
            conn,
            context,
            caller,
            "pause_schedule",
            ("schedule", name),
            json!({}),
        )
        .await
    })
    .await?;
    find(context, schedule).await
}

/// Serves slots of a schedule again; those that passed meanwhile are not made up for.
///
/// # Errors
/// When there is no such schedule; a conflict when it is not paused.
pub async fn resume_schedule(
    context: &Context,
    caller: &Caller,
    name: &str,
) -> ServiceResult<dto::Schedule> {
    let schedule = named(name)?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !db::resume_schedule(conn, name).await? {
            return Err(ServiceError::Conflict(
                "the schedule is not paused".to_owned(),
            ));
        }
        audit::record(
            conn,
            context,
            caller,
            "resume_schedule",
            ("schedule", name),
            json!({}),
        )
        .await
    })
    .await?;
    find(context, schedule).await
}

async fn find(context: &Context, schedule: &Schedule) -> ServiceResult<dto::Schedule> {
    let mut conn = context.connection().await?;
    let now = db::database_now(&mut conn).await?;
    let rows = db::load_schedules(&mut conn, &[schedule.name]).await?;
    answer(context, schedule, rows.first(), now)
}

fn named(name: &str) -> ServiceResult<&'static Schedule> {
    SCHEDULES
        .iter()
        .find(|schedule| schedule.name == name)
        .ok_or(ServiceError::NotFound("schedule"))
}

fn answer(
    context: &Context,
    schedule: &Schedule,
    row: Option<&ScheduleRow>,
    now: chrono::DateTime<chrono::Utc>,
) -> ServiceResult<dto::Schedule> {
    let zone = schedule.time_zone(context.config.schedule_time_zone);
    let paused_at = row.and_then(|row| row.paused_at);
    let next = slots::calendar(schedule, zone)?.next(now);
    Ok(dto::Schedule {
        name: schedule.name.to_owned(),
        purpose: schedule.purpose.to_owned(),
        cron: schedule.cron.to_owned(),
        time_zone: zone.name().to_owned(),
        next_run_at: next.filter(|_| paused_at.is_none()),
        last_run_at: row.and_then(|row| row.last_slot),
        last_job_id: row.and_then(|row| row.last_job_id).map(Into::into),
        paused_at,
        paused_by: row.and_then(|row| row.paused_by.clone()),
    })
}

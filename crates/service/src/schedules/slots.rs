//! Serving slots. Nodes take turns under one lock, and a row tells which slot was served.

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use viral_engine_db::locks::{Lock, lock, try_lock};
use viral_engine_db::schedules::{
    self as db, ScheduleRow, database_now, insert_slot, load_schedules, waiting_job,
};
use viral_engine_domain::jobs::Calendar;

use super::table::Schedule;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::jobs::enqueue_job;

/// Schedules with their calendars, read once.
pub struct Timetable {
    entries: Vec<(Schedule, Calendar)>,
}

impl Timetable {
    /// Reads the calendars of `schedules`, in `zone` where they follow the wall's.
    ///
    /// # Errors
    /// When one can not be read, a fault of ours.
    pub fn new(schedules: &[Schedule], zone: Tz) -> ServiceResult<Self> {
        let entries: ServiceResult<Vec<_>> = schedules
            .iter()
            .map(|schedule| Ok((*schedule, calendar(schedule, schedule.time_zone(zone))?)))
            .collect();
        Ok(Self { entries: entries? })
    }

    /// When the first slot after `after` comes.
    #[must_use]
    pub fn next(&self, after: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let next = self
            .entries
            .iter()
            .filter_map(|(_, calendar)| calendar.next(after));
        next.min()
    }

    fn names(&self) -> Vec<&'static str> {
        self.entries
            .iter()
            .map(|(schedule, _)| schedule.name)
            .collect()
    }
}

/// Makes schedules known. Slots from before are not made up for.
///
/// # Errors
/// When the database refuses.
pub async fn register(context: &Context, timetable: &Timetable) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    Ok(db::register_schedules(&mut conn, &timetable.names()).await?)
}

/// What a look for due slots found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// The database's time.
    pub now: DateTime<Utc>,
    /// Slots that were served.
    pub served: usize,
}

/// Enqueues the job of every slot that is due; `None` when another node is at it.
///
/// # Errors
/// When the database refuses; nothing is enqueued then.
pub async fn enqueue_due(context: &Context, timetable: &Timetable) -> ServiceResult<Option<Look>> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        if !try_lock(conn, Lock::Schedules).await? {
            return Ok(None);
        }
        let now = database_now(conn).await?;
        let served = serve_all(conn, timetable, now).await?;
        Ok(Some(Look { now, served }))
    })
    .await
}

/// The same as of `now`, waiting for other nodes.
///
/// # Errors
/// As [`enqueue_due`].
pub async fn enqueue_due_at(
    conn: &mut AsyncPgConnection,
    timetable: &Timetable,
    now: DateTime<Utc>,
) -> ServiceResult<usize> {
    conn.transaction(async |conn| {
        lock(conn, Lock::Schedules).await?;
        serve_all(conn, timetable, now).await
    })
    .await
}

async fn serve_all(
    conn: &mut AsyncPgConnection,
    timetable: &Timetable,
    now: DateTime<Utc>,
) -> ServiceResult<usize> {
    let rows = load_schedules(conn, &timetable.names()).await?;
    let mut served = 0;
    for (schedule, calendar) in &timetable.entries {
        let Some(row) = rows.iter().find(|row| row.name == schedule.name) else {
            continue;
        };
        if let Some(slot) = due(row, calendar, now)
            && serve(conn, schedule, row, slot).await?
        {
            served += 1;
        }
    }
    Ok(served)
}

/// The latest slot that was not served and is to be.
fn due(row: &ScheduleRow, calendar: &Calendar, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
    if row.paused_at.is_some() {
        return None;
    }
    let served = row.last_slot.max(Some(row.counted_from));
    calendar.latest(now).filter(|slot| Some(*slot) > served)
}

/// Enqueues the job of a slot. While that of the slot before still waits, it does for this one too: nobody wants a
/// backlog of the same work.
async fn serve(
    conn: &mut AsyncPgConnection,
    schedule: &Schedule,
    row: &ScheduleRow,
    slot: DateTime<Utc>,
) -> ServiceResult<bool> {
    let waiting = match row.last_slot {
        Some(last) => waiting_job(conn, schedule.name, last).await?,
        None => None,
    };
    let job = match waiting {
        Some(job) => job,
        None => enqueue_job(conn, (schedule.job)(slot)?).await?.id.0,
    };
    if insert_slot(conn, schedule.name, slot, job).await? {
        return Ok(true);
    }
    // The lock keeps others away. Should the slot be there all the same, its job must not be enqueued twice.
    Err(ServiceError::Internal(format!(
        "the slot {slot} of {} was served meanwhile",
        schedule.name
    )))
}

pub(super) fn calendar(schedule: &Schedule, zone: Tz) -> ServiceResult<Calendar> {
    Calendar::new(schedule.cron, zone).map_err(|error| ServiceError::Internal(error.to_string()))
}

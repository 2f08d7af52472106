//! Performance reports: how growth went over some days, kept with what it was computed from.
//!
//! A report is asked for, computed by a job, and never changes afterwards: every reading renders the same inputs.
//! What it would say today is a question of its own, [`get_report_changes`].

mod compute;
mod deliver;
mod export;
mod inputs;
mod pdf;
mod render;
mod scheduled;
mod subscriptions;

use chrono::{NaiveDate, TimeDelta};
use chrono_tz::Tz;
use diesel_async::{AsyncConnection, AsyncPgConnection};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::reports::{
    CreateReport, Report, ReportChange, ReportChanges, ReportDeliveryStatus, ReportType,
};
use viral_engine_api_types::webhooks::WebhookEventType;
use viral_engine_api_types::{FieldError, Page, ReportId};
use viral_engine_db::DbError;
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::reports::{self as db, ReportKey, ReportRow};
use viral_engine_domain::consents::Gate;
use viral_engine_domain::reports::{self as rules, PeriodError, ReportPeriod};
use viral_engine_domain::time_window::day_of;

pub use deliver::deliver_report;
pub use export::{export_report, media_type};
pub use scheduled::{ScheduleReport, schedule_report};
pub(crate) use subscriptions::reseal_report_subscriptions;
pub use subscriptions::{list_report_subscriptions, update_report_subscription};

use crate::audit;
use crate::caller::Caller;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::jobs::{JobPayload, Queue, Unfinished, enqueue};
use crate::validation::validate;
use crate::webhooks::publish;
use inputs::ReportInputs;
use scheduled::deliver_to_subscribers;

/// Computes a report.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct GenerateReport {
    /// Which.
    pub report_id: Uuid,
}

impl JobPayload for GenerateReport {
    const KIND: &'static str = "generate_report";
    const GATE: Gate = Gate::Nothing;
    const QUEUE: Queue = Queue::Reports;
    const MAX_ATTEMPTS: u32 = 3;
}

/// The reports, newest first, of one type if that is given.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_reports(
    context: &Context,
    caller: &Caller,
    report_type: Option<ReportType>,
    page: PageRequest,
) -> ServiceResult<Page<Report>> {
    let report_type = report_type.map(|report_type| rule_of(report_type).as_str());
    let mut conn = context.connection().await?;
    let rows = db::list_reports(&mut conn, report_type, page.query()).await?;
    let reports: ServiceResult<Vec<_>> = rows.into_iter().map(render::report).collect();
    let mut reports = reports?;
    deliver::add_delivery(&mut conn, context, caller, &mut reports).await?;
    Ok(page.page(reports, |report| (report.created_at, report.id.0)))
}

/// A report.
///
/// # Errors
/// When there is none with this id.
pub async fn get_report(context: &Context, caller: &Caller, id: ReportId) -> ServiceResult<Report> {
    let mut report = render::report(find(context, id).await?)?;
    let mut conn = context.connection().await?;
    let only = std::slice::from_mut(&mut report);
    deliver::add_delivery(&mut conn, context, caller, only).await?;
    Ok(report)
}

/// Asks for a report; a job computes it.
///
/// # Errors
/// Fields at fault; [`viral_engine_api_types::ErrorCode::ReportsOff`] while reports are switched off.
pub async fn create_report(
    context: &Context,
    caller: &Caller,
    body: CreateReport,
) -> ServiceResult<Report> {
    validate(&body, "")?;
    let time_zone = time_zone(body.time_zone.as_deref())?;
    let today = day_of(context.now(), time_zone);
    let new = NewReport {
        report_type: rule_of(body.report_type).as_str(),
        period: period(&body, today)?,
        time_zone,
        is_scheduled: false,
    };
    let mut conn = context.connection().await?;
    let row = conn
        .transaction(async |conn| {
            flags::require(conn, FlagKey::Reports).await?;
            let row = ask(conn, context, &new).await?;
            let changes = json!({
                "type": row.report_type, "from": row.period_start, "to": row.period_end, "time_zone": row.time_zone,
            });
            let object = ("report", &*row.id.to_string());
            audit::record(conn, context, caller, "create_report", object, changes).await?;
            ServiceResult::Ok(row)
        })
        .await?;
    let mut report = render::report(row)?;
    report.delivery_status = Some(ReportDeliveryStatus::NotDelivered);
    Ok(report)
}

/// So long after a report was asked for, the same one is not made again.
const UNIQUE_FOR: TimeDelta = TimeDelta::seconds(60);

/// A report to ask for.
struct NewReport {
    report_type: &'static str,
    period: ReportPeriod,
    time_zone: Tz,
    is_scheduled: bool,
}

/// Stores a report without figures and enqueues what computes it, in the caller's transaction; one that was asked for
/// within the last minute does for the same one.
async fn ask(
    conn: &mut AsyncPgConnection,
    context: &Context,
    new: &NewReport,
) -> ServiceResult<ReportRow> {
    lock(conn, Lock::Reports).await?;
    let key = ReportKey {
        report_type: new.report_type,
        period: (new.period.first(), new.period.last()),
        time_zone: new.time_zone.name(),
        is_scheduled: new.is_scheduled,
    };
    if let Some(row) = db::find_recent_report(conn, &key, context.now() - UNIQUE_FOR).await? {
        return Ok(row);
    }
    let row = ReportRow {
        id: Uuid::now_v7(),
        report_type: new.report_type.to_owned(),
        period_start: new.period.first(),
        period_end: new.period.last(),
        time_zone: new.time_zone.name().to_owned(),
        is_scheduled: new.is_scheduled,
        inputs: None,
        failure: None,
        created_at: context.now(),
        ready_at: None,
    };
    db::insert_report(conn, &row).await?;
    enqueue(conn, &GenerateReport { report_id: row.id }).await?;
    Ok(row)
}

/// Computes a report that was asked for, and tells whoever wants to know; one that is ready stays as it is.
///
/// # Errors
/// When there is none with this id, or the database refuses.
pub async fn generate_report(context: &Context, id: ReportId) -> ServiceResult<()> {
    let mut row = find(context, id).await?;
    if row.inputs.is_some() {
        return Ok(());
    }
    let inputs = compute_again(context, &row).await?.write()?;
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        let now = context.now();
        if !db::set_report_inputs(conn, row.id, &inputs, now).await? {
            return Ok(());
        }
        row.inputs = Some(inputs);
        let data = json!({
            "report_id": row.id, "report_type": row.report_type,
            "report_period_start": row.period_start, "report_period_end": row.period_end,
        });
        publish(conn, now, WebhookEventType::ReportReady, &data).await?;
        if row.is_scheduled {
            deliver_to_subscribers(conn, context, &row).await?;
        }
        Ok(())
    })
    .await
}

/// Notes that a report will not be computed; what exactly went wrong is kept with the job.
pub(crate) async fn end_unfinished(
    conn: &mut AsyncPgConnection,
    job: &GenerateReport,
    why: Unfinished,
) -> ServiceResult<()> {
    let failure = match why {
        Unfinished::Cancelled => "Its job was cancelled: ask for it again, or retry the job.",
        Unfinished::Discarded => {
            "It could not be computed: ask for it again, or see its job for the cause."
        }
    };
    Ok(db::set_report_failure(conn, job.report_id, failure).await?)
}

/// What would be different, were a report computed now.
///
/// # Errors
/// When there is none with this id; a conflict when it is not ready.
pub async fn get_report_changes(context: &Context, id: ReportId) -> ServiceResult<ReportChanges> {
    let row = find(context, id).await?;
    let reported = row.inputs.clone().ok_or_else(not_ready)?;
    let current = compute_again(context, &row).await?.write()?;
    let mut changes = Vec::new();
    compare("", &reported, &current, &mut changes);
    Ok(ReportChanges {
        computed_at: context.now(),
        changes,
    })
}

async fn compute_again(context: &Context, row: &ReportRow) -> ServiceResult<ReportInputs> {
    let broken = |what: &str| ServiceError::Internal(format!("a report with an unknown {what}"));
    let time_zone = row.time_zone.parse().map_err(|_| broken("time zone"))?;
    let report_type = stored_type(&row.report_type)?;
    let behind = row
        .period_end
        .succ_opt()
        .ok_or_else(|| broken("last day"))?;
    let period = ReportPeriod::custom(row.period_start, row.period_end, behind)
        .map_err(|_| broken("period"))?;
    compute::compute(context, report_type, period, time_zone).await
}

async fn find(context: &Context, id: ReportId) -> ServiceResult<ReportRow> {
    let mut conn = context.connection().await?;
    db::find_report(&mut conn, id.0)
        .await
        .map_err(|error| match error {
            DbError::NotFound => ServiceError::NotFound("report"),
            error => error.into(),
        })
}

/// The leaves that differ, by their JSON pointers.
fn compare(at: &str, reported: &Value, current: &Value, changes: &mut Vec<ReportChange>) {
    let keys = |value: &Value| -> Vec<String> {
        match value {
            Value::Object(fields) => fields.keys().cloned().collect(),
            Value::Array(items) => (0..items.len()).map(|index| index.to_string()).collect(),
            _ => Vec::new(),
        }
    };
    let mut names = [keys(reported), keys(current)].concat();
    if names.is_empty() {
        if reported != current {
            changes.push(ReportChange {
                figure: at.to_owned(),
                reported: reported.clone(),
                current: current.clone(),
            });
        }
        return;
    }
    names.sort_unstable();
    names.dedup();
    for name in names {
        let step = name.replace('~', "~0").replace('/', "~1");
        let below = |value: &Value| value.pointer(&format!("/{step}")).cloned();
        let (reported, current) = (below(reported), below(current));
        let (reported, current) = (reported.unwrap_or_default(), current.unwrap_or_default());
        compare(&format!("{at}/{step}"), &reported, &current, changes);
    }
}

fn period(body: &CreateReport, today: NaiveDate) -> ServiceResult<ReportPeriod> {
    let unused = |field: &str, day: Option<NaiveDate>| {
        day.map(|_| {
            let text =
                "Leave it out, or ask for a custom report: only those have days of their own.";
            FieldError::new(field, "not_custom", text)
        })
    };
    let missing = |field: &str, day: Option<NaiveDate>| match day {
        Some(_) => None,
        None => Some(FieldError::new(
            field,
            "required",
            "A custom report needs its first and last day.",
        )),
    };
    let check: &dyn Fn(&str, Option<NaiveDate>) -> Option<FieldError> = match body.report_type {
        ReportType::Custom => &missing,
        _ => &unused,
    };
    let faults: Vec<FieldError> = [check("/from", body.from), check("/to", body.to)]
        .into_iter()
        .flatten()
        .collect();
    if !faults.is_empty() {
        return Err(ServiceError::Invalid(faults));
    }
    let period = match (body.report_type, body.from, body.to) {
        (ReportType::Custom, Some(from), Some(to)) => ReportPeriod::custom(from, to, today),
        (ReportType::Monthly, ..) => ReportPeriod::monthly(today),
        _ => ReportPeriod::weekly(today),
    };
    period.map_err(|error| {
        let field = match error {
            PeriodError::NotOver => "/to",
            _ => "/from",
        };
        ServiceError::field(field, "bad_period", format!("{error}."))
    })
}

fn time_zone(name: Option<&str>) -> ServiceResult<Tz> {
    let Some(name) = name else {
        return Ok(Tz::UTC);
    };
    name.parse().map_err(|_| {
        let text = "Give the IANA name of a time zone, such as Europe/Berlin.";
        ServiceError::field("/time_zone", "unknown_time_zone", text)
    })
}

fn rule_of(report_type: ReportType) -> rules::ReportType {
    match report_type {
        ReportType::Weekly => rules::ReportType::Weekly,
        ReportType::Monthly => rules::ReportType::Monthly,
        ReportType::Custom => rules::ReportType::Custom,
    }
}

fn stored_type(name: &str) -> ServiceResult<rules::ReportType> {
    rules::ReportType::ALL
        .into_iter()
        .find(|known| known.as_str() == name)
        .ok_or_else(|| ServiceError::Internal(format!("a report of the type {name}")))
}

fn not_ready() -> ServiceError {
    ServiceError::Conflict("the report is not ready yet: read it again in a few seconds".to_owned())
}

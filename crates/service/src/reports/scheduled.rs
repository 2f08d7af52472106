//! Reports that the clock asks for.

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use serde::{Deserialize, Serialize};
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::reports::ScheduledReportType;
use viral_engine_db::reports::ReportRow;
use viral_engine_domain::consents::Gate;
use viral_engine_domain::reports::ReportPeriod;
use viral_engine_domain::time_window::day_of;

use super::deliver;
use super::subscriptions::subscribers;
use super::{NewReport, ask};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::flags;
use crate::jobs::JobPayload;

/// Asks for the report of a slot.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ScheduleReport {
    /// Kind of report.
    pub report_type: ScheduledReportType,
    /// When it was due: its days end before, however late the job runs.
    pub due_at: DateTime<Utc>,
}

impl JobPayload for ScheduleReport {
    const KIND: &'static str = "schedule_report";
    const GATE: Gate = Gate::Nothing;
    const MAX_ATTEMPTS: u32 = 3;
}

/// Asks for a report in the caller's transaction, unless reports are switched off.
///
/// # Errors
/// When the database refuses.
pub async fn schedule_report(
    conn: &mut AsyncPgConnection,
    context: &Context,
    asked: &ScheduleReport,
) -> ServiceResult<()> {
    if !flags::is_on(conn, FlagKey::Reports).await? {
        tracing::info!("reports are switched off: a scheduled one is left out");
        return Ok(());
    }
    let time_zone = context.config.schedule_time_zone;
    let today = day_of(asked.due_at, time_zone);
    let (period, report_type) = match asked.report_type {
        ScheduledReportType::Weekly => (ReportPeriod::weekly(today), "weekly"),
        ScheduledReportType::Monthly => (ReportPeriod::monthly(today), "monthly"),
    };
    let period = period.map_err(|error| ServiceError::Internal(error.to_string()))?;
    let new = NewReport {
        report_type,
        period,
        time_zone,
        is_scheduled: true,
    };
    ask(conn, context, &new).await?;
    Ok(())
}

/// Queues a scheduled report's emails in the caller's transaction, unless delivery is switched off.
pub(super) async fn deliver_to_subscribers(
    conn: &mut AsyncPgConnection,
    context: &Context,
    row: &ReportRow,
) -> ServiceResult<()> {
    let recipients = subscribers(conn, context, &row.report_type).await?;
    if recipients.is_empty() {
        return Ok(());
    }
    if !flags::is_on(conn, FlagKey::EmailDelivery).await? {
        tracing::warn!(report = %row.id, "email delivery is switched off: subscribers do not get a report");
        return Ok(());
    }
    let mail = deliver::mail(row)?;
    deliver::queue(conn, context, row.id, &mail, &recipients).await?;
    Ok(())
}

//! Computes what a report says, from events and judgements as they are stored now.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use viral_engine_db::alerts::count_opened_alerts;
use viral_engine_db::growth::{GrowthQuestion, InviteOrigin, top_referrers};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::reports::{ReportPeriod, ReportType};
use viral_engine_domain::time_window::{TimeWindow, day_start};

use super::inputs::{MODEL, ReferrerInputs, ReportInputs};
use crate::answers::{Asked, GrowthTerms, Question};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::growth::{invite_origin, shown_referrer, window_growth};
use crate::guardrails::health_of;

/// How many referrers a report lists.
const TOP_REFERRERS: u32 = 10;

/// Computes a report's inputs.
pub(super) async fn compute(
    context: &Context,
    report_type: ReportType,
    period: ReportPeriod,
    time_zone: Tz,
) -> ServiceResult<ReportInputs> {
    let asked = Asked::now(context).await?;
    let window = window_of(period, time_zone)?;
    let previous = period.previous(report_type).map_err(out_of_calendar)?;
    let before = window_of(previous, time_zone)?;
    let question = Question {
        window,
        is_up_to_now: false,
        time_zone,
        thresholds: asked.thresholds,
        now: asked.now,
        version: asked.versions.data,
        growth: GrowthTerms::default(),
    };
    let health = health_of(context, &question).await?;
    let flags = health.components.suspicious_clicks.total_flagged_ips
        + health.components.bots.total_flagged_devices;
    let mut conn = context.connection().await?;
    conn.build_transaction()
        .read_only()
        .repeatable_read()
        .run(async |conn| {
            let setting = context.config.invites_from_links;
            let origin = invite_origin(conn, setting, &window).await?;
            let current = window_growth(conn, &window, origin, asked.now).await?;
            let previous = window_growth(conn, &before, origin, asked.now).await?;
            let alerts = count_opened_alerts(conn, (window.from(), window.to())).await?;
            ServiceResult::Ok(ReportInputs {
                model: MODEL,
                from: window.from(),
                to: window.to(),
                invites_are: origin_name(origin).to_owned(),
                current: current.period.into(),
                previous: previous.period.into(),
                loops: current
                    .sources
                    .into_iter()
                    .map(|figures| (figures.source, figures.growth.into()))
                    .collect(),
                top_referrers: referrers(conn, &window, origin, asked.now).await?,
                health_score: health.health_score,
                compliance_rate: health.components.coppa.overall_compliance_rate,
                fraud_flags: flags.unsigned_abs(),
                alerts: alerts
                    .into_iter()
                    .map(|(alert_type, count)| (alert_type, count.unsigned_abs()))
                    .collect(),
                thresholds: settings(&asked.thresholds),
            })
        })
        .await
}

async fn referrers(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
    origin: InviteOrigin,
    now: DateTime<Utc>,
) -> ServiceResult<Vec<ReferrerInputs>> {
    let asked = GrowthQuestion::all(*window, origin, now);
    let rows = top_referrers(conn, &asked, TOP_REFERRERS).await?;
    Ok(rows
        .into_iter()
        .map(|row| ReferrerInputs {
            referrer: shown_referrer(&row).0,
            invites: row.invites.unsigned_abs(),
            clicks: row.clicks.unsigned_abs(),
            conversions: row.conversions.unsigned_abs(),
        })
        .collect())
}

/// The period from the first midnight to the one behind its last day.
pub(super) fn window_of(period: ReportPeriod, time_zone: Tz) -> ServiceResult<TimeWindow> {
    let behind = period
        .last()
        .succ_opt()
        .ok_or_else(|| ServiceError::Internal("the last day of a report has no next".to_owned()))?;
    let (from, to) = (
        day_start(period.first(), time_zone),
        day_start(behind, time_zone),
    );
    TimeWindow::new(from, to).map_err(|error| ServiceError::Internal(error.to_string()))
}

fn out_of_calendar(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("the period before a report: {error}"))
}

fn origin_name(origin: InviteOrigin) -> &'static str {
    match origin {
        InviteOrigin::Events => "events",
        InviteOrigin::Links => "links",
    }
}

fn settings(thresholds: &Thresholds) -> BTreeMap<String, f64> {
    thresholds
        .entries()
        .map(|(setting, value)| (setting.key.to_owned(), value.as_f64()))
        .collect()
}

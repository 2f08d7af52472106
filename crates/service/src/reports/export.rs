//! A report as a file: JSON, CSV, or a page to print. Rendered again it is the same, byte for byte.

use std::collections::BTreeMap;

use askama::Template;
use bytes::Bytes;
use serde::Serialize;
use viral_engine_api_types::ReportId;
use viral_engine_api_types::reports::{
    LoopPerformance, Report, ReportFormat, ReportType, TopReferrer, Trend,
};

use super::{find, not_ready, pdf, render};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::export::{Exported, csv};

/// The media type of a report's file.
#[must_use]
pub fn media_type(format: ReportFormat) -> &'static str {
    match format {
        ReportFormat::Html => "text/html; charset=utf-8",
        ReportFormat::Pdf => "application/pdf",
        ReportFormat::Csv => "text/csv; charset=utf-8",
        ReportFormat::Json => "application/json",
    }
}

/// A file's name without its end, and what is in it.
pub type ReportFile = (String, Bytes);

/// A report as a file.
///
/// # Errors
/// When there is none with this id; a conflict when it is not ready.
pub async fn export_report(
    context: &Context,
    id: ReportId,
    format: ReportFormat,
) -> ServiceResult<ReportFile> {
    let row = find(context, id).await?;
    if row.inputs.is_none() {
        return Err(not_ready());
    }
    let report = render::report(row)?;
    let name = format!(
        "report-{}-{}-{}",
        type_name(report.report_type).to_lowercase(),
        report.report_period_start,
        report.report_period_end
    );
    let bytes = match format {
        ReportFormat::Json => serde_json::to_vec_pretty(&report)
            .map_err(unwritable)?
            .into(),
        ReportFormat::Csv => csv(&lines(&report), true)?,
        ReportFormat::Html => Page::of(&report).render().map_err(unwritable)?.into(),
        ReportFormat::Pdf => pdf::document(&Page::of(&report))?.into(),
    };
    Ok((name, bytes))
}

/// A line of the CSV.
#[derive(Serialize)]
struct Line {
    section: &'static str,
    name: String,
    value: String,
}

impl Exported for Line {
    const COLUMNS: &'static [&'static str] = &["section", "name", "value"];

    fn cells(&self) -> Vec<String> {
        vec![
            self.section.to_owned(),
            self.name.clone(),
            self.value.clone(),
        ]
    }
}

fn lines(report: &Report) -> Vec<Line> {
    let line = |section, name: &str, value: String| Line {
        section,
        name: name.to_owned(),
        value,
    };
    let figures = figures(report)
        .into_iter()
        .map(|(name, value)| line("figure", name, value));
    let loops = report.loop_performance.iter().flatten();
    let loops = loops.flat_map(|(source, one)| {
        [
            line("loop_invites", source, one.invites.to_string()),
            line("loop_conversions", source, one.conversions.to_string()),
            line("loop_k_factor", source, format!("{:.3}", one.k_factor)),
            line(
                "loop_conversion_rate",
                source,
                format!("{:.2}", one.conversion_rate),
            ),
        ]
    });
    let referrers = report.top_referrers.iter().flatten().flat_map(|one| {
        let name = &one.referrer;
        [
            line("referrer_invites", name, one.invites.to_string()),
            line("referrer_conversions", name, one.conversions.to_string()),
            line(
                "referrer_k_contribution",
                name,
                format!("{:.3}", one.k_contribution),
            ),
            line(
                "referrer_conversion_rate",
                name,
                format!("{:.2}", one.conversion_rate),
            ),
        ]
    });
    let texts = |section, texts: &Option<Vec<String>>| {
        let texts = texts.iter().flatten();
        texts
            .map(|text| line(section, "", text.clone()))
            .collect::<Vec<_>>()
    };
    figures
        .chain(loops)
        .chain(referrers)
        .chain(texts("insight", &report.insights))
        .chain(texts("recommendation", &report.recommendations))
        .collect()
}

/// Named figures as they are shown.
fn figures(report: &Report) -> Vec<(&'static str, String)> {
    let number = |value: Option<f64>, decimals: usize| match value {
        Some(value) => format!("{value:.decimals$}"),
        None => "no data".to_owned(),
    };
    let count = |value: Option<i64>| value.unwrap_or_default().to_string();
    let way = |trend: Option<Trend>| match trend {
        Some(Trend::Up) => "up",
        Some(Trend::Down) => "down",
        Some(Trend::Stable) | None => "stable",
    };
    vec![
        ("K-factor", number(report.k_factor, 3)),
        ("K-factor trend", way(report.k_factor_trend).to_owned()),
        (
            "K-factor change in percent",
            number(report.k_factor_change_pct, 1),
        ),
        ("Active users", count(report.active_users)),
        ("Conversions", count(report.total_conversions)),
        (
            "Conversion rate in percent",
            number(report.conversion_rate, 2),
        ),
        ("Conversion trend", way(report.conversion_trend).to_owned()),
        ("Links created", count(report.viral_links_created)),
        ("Links clicked", count(report.viral_links_clicked)),
        (
            "Click-through rate in percent",
            number(report.click_through_rate, 2),
        ),
        ("Health score", number(report.health_score, 1)),
        (
            "Compliance rate in percent",
            number(report.compliance_rate, 2),
        ),
        ("Fraud flags", count(report.fraud_flags)),
        (
            "Alerts opened",
            count(report.alerts.as_ref().map(|alerts| alerts.values().sum())),
        ),
    ]
}

#[derive(Template)]
#[template(path = "report.html")]
pub(super) struct Page<'a> {
    pub title: String,
    pub period: String,
    pub figures: Vec<(&'static str, String)>,
    pub loops: &'a BTreeMap<String, LoopPerformance>,
    pub referrers: &'a [TopReferrer],
    pub insights: &'a [String],
    pub recommendations: &'a [String],
}

static NO_LOOPS: BTreeMap<String, LoopPerformance> = BTreeMap::new();

impl<'a> Page<'a> {
    fn of(report: &'a Report) -> Self {
        Self {
            title: format!("{} performance report", type_name(report.report_type)),
            period: format!(
                "{} to {}, days in {}",
                report.report_period_start, report.report_period_end, report.time_zone
            ),
            figures: figures(report),
            loops: report.loop_performance.as_ref().unwrap_or(&NO_LOOPS),
            referrers: report.top_referrers.as_deref().unwrap_or_default(),
            insights: report.insights.as_deref().unwrap_or_default(),
            recommendations: report.recommendations.as_deref().unwrap_or_default(),
        }
    }
}

fn type_name(report_type: ReportType) -> &'static str {
    match report_type {
        ReportType::Weekly => "Weekly",
        ReportType::Monthly => "Monthly",
        ReportType::Custom => "Custom",
    }
}

fn unwritable(error: impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("a report could not be written: {error}"))
}

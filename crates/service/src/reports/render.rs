//! A stored report as it is answered. The same inputs give the same answer, byte for byte.

use std::collections::BTreeMap;

use viral_engine_api_types::reports::{
    LoopPerformance, Report, ReportStatus, ReportType, TopReferrer, Trend,
};
use viral_engine_db::reports::ReportRow;
use viral_engine_domain::growth::{self, GrowthCounts};
use viral_engine_domain::reports::{self as rules, ReportFigures, insights, recommendations};

use super::inputs::{ReferrerInputs, ReportInputs};
use super::stored_type;
use crate::error::ServiceResult;

/// The report as it is answered.
pub(super) fn report(row: ReportRow) -> ServiceResult<Report> {
    let inputs = row.inputs.clone().map(ReportInputs::read).transpose()?;
    let empty = without_figures(row)?;
    Ok(match inputs {
        Some(inputs) => with_figures(empty, &inputs),
        None => empty,
    })
}

fn without_figures(row: ReportRow) -> ServiceResult<Report> {
    let status = match (&row.inputs, &row.failure) {
        (Some(_), _) => ReportStatus::Ready,
        (None, Some(_)) => ReportStatus::Failed,
        (None, None) => ReportStatus::Generating,
    };
    Ok(Report {
        id: row.id.into(),
        report_type: match stored_type(&row.report_type)? {
            rules::ReportType::Weekly => ReportType::Weekly,
            rules::ReportType::Monthly => ReportType::Monthly,
            rules::ReportType::Custom => ReportType::Custom,
        },
        report_period_start: row.period_start,
        report_period_end: row.period_end,
        time_zone: row.time_zone,
        status,
        failure: row.failure,
        created_at: row.created_at,
        ready_at: row.ready_at,
        k_factor: None,
        k_factor_trend: None,
        k_factor_change_pct: None,
        total_conversions: None,
        conversion_rate: None,
        conversion_trend: None,
        active_users: None,
        viral_links_created: None,
        viral_links_clicked: None,
        click_through_rate: None,
        loop_performance: None,
        top_referrers: None,
        insights: None,
        recommendations: None,
        health_score: None,
        compliance_rate: None,
        fraud_flags: None,
        alerts: None,
        delivery_status: None,
        delivered_at: None,
        recipient_emails: None,
    })
}

fn with_figures(empty: Report, inputs: &ReportInputs) -> Report {
    let figures = inputs.figures();
    let (current, growth) = (&figures.current, figures.current.growth);
    let k_change = figures.k_change();
    Report {
        k_factor: Some(growth.k_factor()),
        k_factor_trend: Some(trend(k_change.trend)),
        k_factor_change_pct: k_change.percent,
        total_conversions: Some(signed(growth.conversions)),
        conversion_rate: Some(growth.conversion_rate()),
        conversion_trend: Some(trend(figures.conversion_change().trend)),
        active_users: Some(signed(growth.active_users)),
        viral_links_created: Some(signed(current.links_created)),
        viral_links_clicked: Some(signed(current.links_clicked)),
        click_through_rate: Some(current.click_through_rate()),
        loop_performance: Some(loops(&figures)),
        top_referrers: Some(
            inputs
                .top_referrers
                .iter()
                .map(|referrer| top_referrer(referrer, &growth))
                .collect(),
        ),
        insights: Some(insights(&figures)),
        recommendations: Some(recommendations(&figures)),
        health_score: Some(inputs.health_score),
        compliance_rate: inputs.compliance_rate,
        fraud_flags: Some(signed(inputs.fraud_flags)),
        alerts: Some(
            inputs
                .alerts
                .iter()
                .map(|(alert_type, count)| (alert_type.clone(), signed(*count)))
                .collect(),
        ),
        ..empty
    }
}

fn loops(figures: &ReportFigures) -> BTreeMap<String, LoopPerformance> {
    let performance = |growth: &GrowthCounts| LoopPerformance {
        invites: signed(growth.invites),
        conversions: signed(growth.conversions),
        k_factor: growth.k_factor(),
        conversion_rate: growth.conversion_rate(),
    };
    figures
        .loops
        .iter()
        .map(|one| (one.source.clone(), performance(&one.growth)))
        .collect()
}

fn top_referrer(inputs: &ReferrerInputs, all: &GrowthCounts) -> TopReferrer {
    let own = GrowthCounts {
        active_users: 1,
        invites: inputs.invites,
        clicks: inputs.clicks,
        conversions: inputs.conversions,
    };
    TopReferrer {
        referrer: inputs.referrer.clone(),
        invites: signed(inputs.invites),
        conversions: signed(inputs.conversions),
        k_contribution: all.k_contribution(inputs.conversions),
        conversion_rate: own.conversion_rate(),
    }
}

fn trend(trend: growth::Trend) -> Trend {
    match trend {
        growth::Trend::Up => Trend::Up,
        growth::Trend::Down => Trend::Down,
        growth::Trend::Stable => Trend::Stable,
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

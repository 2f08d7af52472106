//! What growth is computed from: counts of a window, by source and by referrer.
//!
//! An invitation is an `invite_sent` event, or the minting of a link where the platform reports no invitations
//! (`INVITES_FROM_LINKS`).

mod cohorts;
mod cycle_time;
mod forecast;
mod funnel;
mod k_factor;
mod merging;
mod request;
mod table;
mod timeline;
mod top_referrers;
mod viral_coefficient;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{
    CycleTime, GrowthCohorts, GrowthForecast, GrowthFunnel, GrowthTimeline, KFactor,
    KFactorBySource, LoopEfficiencies, TopReferrers, ViralCoefficient,
};
use viral_engine_db::growth::{
    GrowthQuestion, InviteOrigin, has_invites, link_counts, source_counts, source_invites,
};
use viral_engine_db::metrics::source_days;
use viral_engine_domain::growth::{GrowthCounts, MATURITY};
use viral_engine_domain::reports::{LoopFigures, PeriodFigures};
use viral_engine_domain::time_window::TimeWindow;

use crate::answers::answer;
use crate::config::InvitesFromLinks;
use crate::context::Context;
use crate::error::ServiceResult;

pub(crate) use merging::{Group, Merging, OTHER};
pub use request::GrowthRequest;
pub(crate) use request::{Range, question};
pub use table::{Tabled, table};
pub(crate) use top_referrers::shown_referrer;

const REFERRERS: Range = Range {
    name: "limit",
    least: 1,
    most: 100,
};

const WEEKS: Range = Range {
    name: "weeks",
    least: 1,
    most: 53,
};

const HORIZON: Range = Range {
    name: "horizon_days",
    least: 1,
    most: 365,
};

/// How many new users one inviting user brings, and what that is made of.
///
/// # Errors
/// A parameter at fault, dashboards that are switched off, or a database that can not be asked; so for all of these.
pub async fn get_k_factor(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<KFactor>> {
    answer(context, &question(context, request, 0).await?).await
}

/// The same by source.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_k_factor_by_source(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<KFactorBySource>> {
    answer(context, &question(context, request, 0).await?).await
}

/// New users by existing ones.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_viral_coefficient(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<ViralCoefficient>> {
    answer(context, &question(context, request, 0).await?).await
}

/// How long it takes from an invitation to its conversion.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_cycle_time(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<CycleTime>> {
    answer(context, &question(context, request, 0).await?).await
}

/// Users by the week of their sign-up, up to this week.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_growth_cohorts(
    context: &Context,
    request: &GrowthRequest,
    weeks: Option<i64>,
) -> ServiceResult<Arc<GrowthCohorts>> {
    let weeks = weeks.map_or(Ok(12), |weeks| WEEKS.read(weeks))?;
    answer(context, &question(context, request, weeks).await?).await
}

/// From invitation to first valuable moment.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_growth_funnel(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<GrowthFunnel>> {
    answer(context, &question(context, request, 0).await?).await
}

/// What to do with each loop.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_loop_efficiency(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<LoopEfficiencies>> {
    answer(context, &question(context, request, 0).await?).await
}

/// Growth day by day.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_growth_timeline(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<GrowthTimeline>> {
    answer(context, &question(context, request, 0).await?).await
}

/// Who brings most.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_top_referrers(
    context: &Context,
    request: &GrowthRequest,
    limit: Option<i64>,
) -> ServiceResult<Arc<TopReferrers>> {
    let limit = limit.map_or(Ok(10), |limit| REFERRERS.read(limit))?;
    answer(context, &question(context, request, limit).await?).await
}

/// How many users there will be if everybody goes on inviting as now.
///
/// # Errors
/// As [`get_k_factor`].
pub async fn get_growth_forecast(
    context: &Context,
    request: &GrowthRequest,
    horizon_days: Option<i64>,
) -> ServiceResult<Arc<GrowthForecast>> {
    let horizon = horizon_days.map_or(Ok(30), |days| HORIZON.read(days))?;
    answer(context, &question(context, request, horizon).await?).await
}

/// Counts of a window.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct WindowGrowth {
    /// All sources together.
    pub period: PeriodFigures,
    /// By source, in the order of their names.
    pub sources: Vec<LoopFigures>,
}

/// What counts as an invitation in this window.
pub(crate) async fn invite_origin(
    conn: &mut AsyncPgConnection,
    setting: InvitesFromLinks,
    window: &TimeWindow,
) -> ServiceResult<InviteOrigin> {
    Ok(match setting {
        InvitesFromLinks::Always => InviteOrigin::Links,
        InvitesFromLinks::Never => InviteOrigin::Events,
        InvitesFromLinks::Auto if has_invites(conn, window).await? => InviteOrigin::Events,
        InvitesFromLinks::Auto => InviteOrigin::Links,
    })
}

/// Counts of `window`; `now` tells which rollups it may use.
pub(crate) async fn window_growth(
    conn: &mut AsyncPgConnection,
    window: &TimeWindow,
    origin: InviteOrigin,
    now: DateTime<Utc>,
) -> ServiceResult<WindowGrowth> {
    let mut total = GrowthCounts::default();
    let mut sources: BTreeMap<String, GrowthCounts> = BTreeMap::new();
    for row in source_invites(conn, window, origin).await? {
        let counts = match row.source {
            Some(source) => sources.entry(source).or_default(),
            None => &mut total,
        };
        counts.invites = row.invites.unsigned_abs();
        counts.active_users = row.inviters.unsigned_abs();
    }
    for row in source_days(conn, &window.cover(now)).await? {
        let (clicks, conversions) = (row.human.unsigned_abs(), row.conversions.unsigned_abs());
        for counts in [&mut total, sources.entry(row.source).or_default()] {
            counts.clicks += clicks;
            counts.conversions += conversions;
        }
    }
    let links = link_counts(conn, window).await?;
    let asked = GrowthQuestion::all(*window, origin, now);
    let rows = source_counts(conn, &asked, now - MATURITY).await?;
    let all = rows.iter().find(|row| row.source.is_none());
    Ok(WindowGrowth {
        period: PeriodFigures {
            growth: total,
            sums: Some(all.map(k_factor::sums).unwrap_or_default()),
            links_created: links.created.unsigned_abs(),
            links_clicked: links.clicked.unsigned_abs(),
        },
        sources: sources
            .into_iter()
            .filter(|(_, growth)| *growth != GrowthCounts::default())
            .map(|(source, growth)| LoopFigures { source, growth })
            .collect(),
    })
}

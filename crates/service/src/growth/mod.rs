//! What growth is computed from: counts of a window, by source and by referrer.
//!
//! An invitation is an `invite_sent` event, or the minting of a link where the platform reports no invitations
//! (`INVITES_FROM_LINKS`).

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use diesel_async::AsyncPgConnection;
use viral_engine_db::growth::{InviteOrigin, has_invites, link_counts, source_invites};
use viral_engine_db::metrics::source_days;
use viral_engine_domain::growth::GrowthCounts;
use viral_engine_domain::reports::{LoopFigures, PeriodFigures};
use viral_engine_domain::time_window::TimeWindow;

use crate::config::InvitesFromLinks;
use crate::error::ServiceResult;

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
    Ok(WindowGrowth {
        period: PeriodFigures {
            growth: total,
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

//! Hits of a link by day and class.

use std::collections::HashMap;

use chrono::{DateTime, NaiveDate, Utc};
use chrono_tz::Tz;
use viral_engine_api_types::LinkId;
use viral_engine_api_types::links::{AgentHits, DayHits, LinkStats};
use viral_engine_db::links::{self as db, LinkDayHits};
use viral_engine_domain::time_window::{TimeWindow, day_of};

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Most named programs in an answer.
const MOST_AGENTS: i64 = 20;

/// A period, and whose days it is counted by.
#[derive(Clone, Copy, Debug)]
pub struct StatsWindow {
    /// The period.
    pub window: TimeWindow,
    /// Days are this zone's.
    pub time_zone: Tz,
}

/// Hits of a link in a period, a row a day.
///
/// # Errors
/// When there is no such link.
pub async fn get_link_stats(
    context: &Context,
    id: LinkId,
    period: StatsWindow,
) -> ServiceResult<LinkStats> {
    let (from, to) = (period.window.from(), period.window.to());
    let mut conn = context.connection().await?;
    if db::find_link(&mut conn, id.0).await?.is_none() {
        return Err(ServiceError::NotFound("link"));
    }
    let rows = db::link_days(&mut conn, id.0, from, to, period.time_zone.name()).await?;
    let agents = db::link_agents(&mut conn, id.0, from, to, MOST_AGENTS).await?;
    Ok(LinkStats {
        from,
        to,
        conversions: rows.iter().map(|row| row.conversions).sum(),
        days: every_day(&rows, from, to, period.time_zone),
        agents: agents
            .into_iter()
            .map(|row| AgentHits {
                name: row.agent,
                hits: row.hits,
            })
            .collect(),
    })
}

/// A row for each day of the period, also for those without hits.
fn every_day(
    rows: &[LinkDayHits],
    from: DateTime<Utc>,
    to: DateTime<Utc>,
    time_zone: Tz,
) -> Vec<DayHits> {
    let rows: HashMap<NaiveDate, &LinkDayHits> = rows.iter().map(|row| (row.day, row)).collect();
    let last = day_of(to - chrono::TimeDelta::microseconds(1), time_zone);
    day_of(from, time_zone)
        .iter_days()
        .take_while(|day| *day <= last)
        .map(|date| match rows.get(&date) {
            Some(row) => DayHits {
                date,
                human: row.human,
                duplicate: row.duplicate,
                bot: row.bot,
                preview: row.preview,
                prefetch: row.prefetch,
                rejected: row.rejected,
            },
            None => DayHits {
                date,
                ..DayHits::default()
            },
        })
        .collect()
}

//! Growth day by day.

use chrono::Days;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{GrowthDay, GrowthTimeline};
use viral_engine_db::growth::{GrowthDayRow, GrowthQuestion, growth_days};
use viral_engine_domain::growth::GrowthCounts;
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::time_window::{TimeWindow, day_start};

use super::request::invites_from;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::{ServiceError, ServiceResult};

/// Days before a day that its K looks at as well.
const LOOK_BACK: usize = 6;

impl Computation for GrowthTimeline {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.timeline
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let days = days(conn, question, &asked).await?;
        let previous = match question.growth.is_compared {
            true => {
                let before = question.question_before(conn, &asked).await?;
                Some(self::days(conn, question, &before).await?)
            }
            false => None,
        };
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            invites_from: invites_from(asked.origin),
            days,
            previous,
        })
    }
}

async fn days(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<Vec<GrowthDay>> {
    let time_zone = question.time_zone;
    let touched = asked.window.days(time_zone);
    let (Some(first), Some(last)) = (touched.first(), touched.last()) else {
        return Ok(Vec::new());
    };
    let (first, last) = (first.day, last.day);
    let early = first
        .checked_sub_days(Days::new(LOOK_BACK as u64))
        .unwrap_or(first);
    let window = TimeWindow::new(day_start(early, time_zone), asked.window.to())
        .map_err(|error| ServiceError::Internal(error.to_string()))?;
    let mut flagged = asked.flagged.clone();
    // A look back of no length has nothing to be judged.
    if let Ok(look_back) = TimeWindow::new(window.from(), asked.window.from()) {
        let earlier = question.flagged_referrers(conn, look_back).await?;
        flagged.referrers.extend(earlier.referrers);
    }
    let widened = GrowthQuestion {
        window,
        flagged,
        ..asked.clone()
    };
    let rows = growth_days(conn, &widened, time_zone.name(), (early, last), asked).await?;
    let shown = rows.iter().enumerate().filter(|(_, row)| row.day >= first);
    Ok(shown
        .map(|(index, row)| day(row, rows.get(index.saturating_sub(LOOK_BACK)..=index)))
        .collect())
}

/// A day, with the K-factor of `week`, which ends with it.
fn day(row: &GrowthDayRow, week: Option<&[GrowthDayRow]>) -> GrowthDay {
    let sum = |figure: fn(&GrowthDayRow) -> i64| {
        let sum: i64 = week.unwrap_or_default().iter().map(figure).sum();
        sum.unsigned_abs()
    };
    let counts = GrowthCounts {
        active_users: row.week_inviters.unsigned_abs(),
        invites: sum(|row| row.whole_invites),
        clicks: 0,
        conversions: sum(|row| row.whole_conversions),
    };
    GrowthDay {
        date: row.day,
        links: row.links,
        invites: row.invites,
        clicks: row.clicks,
        conversions: row.conversions,
        activations: row.activations,
        k_factor: counts.k_factor(),
    }
}

//! How many users there will be if everybody goes on inviting as now.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{ForecastDay, GrowthForecast, Interval95};
use viral_engine_db::growth::users_before;
use viral_engine_domain::growth::{Projection, users_between};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::statistics::{Interval, round_to};

use super::cycle_time::matured_times;
use super::k_factor::{shown, total};
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

/// The shortest cycle that is projected with, in hours: times are measured to a tenth of one.
const SHORTEST_CYCLE: f64 = 0.05;

impl Computation for GrowthForecast {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.forecast
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let k = total(conn, question, &asked).await?;
        let times = matured_times(conn, question, &asked).await?;
        let persona = asked.filter.persona.as_deref();
        let base = users_before(conn, question.now, persona).await?;
        let cycle = times.mean().map(|hours| hours.max(SHORTEST_CYCLE));
        let cycle_interval = times.mean_interval_95();
        let ends = k.k_interval.map(exact).zip(cycle_interval);
        let day = |day: u32, cycle_hours: f64| ForecastDay {
            day,
            users: round_to(
                Projection {
                    base: base.unsigned_abs(),
                    k: k.k_factor,
                    cycle_hours,
                }
                .users_after(day),
                0,
            ),
            interval: ends
                .map(|(k, cycle)| shown(users_between(base.unsigned_abs(), k, cycle, day), 0)),
        };
        let horizon = question.growth.number;
        let days = cycle.map(|cycle| (0..=horizon).map(|number| day(number, cycle)).collect());
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            base,
            k_factor: k.k_factor,
            k_interval: k.k_interval,
            k_interval_is_rough: k.k_interval_is_rough,
            cycle_hours: cycle.map(|hours| round_to(hours, 2)),
            cycle_interval: cycle_interval.map(|interval| shown(interval, 2)),
            immature: k.immature || ends.is_none(),
            days: days.unwrap_or_default(),
        })
    }
}

fn exact(interval: Interval95) -> Interval {
    Interval {
        low: interval.low,
        high: interval.high,
    }
}

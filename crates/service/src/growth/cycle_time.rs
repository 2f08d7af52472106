//! How long it takes from an invitation to its conversion.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{CycleFigures, CycleTime};
use viral_engine_db::growth::{GrowthQuestion, cycle_times};
use viral_engine_domain::growth::CycleTimes;
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::statistics::round_to;

use super::k_factor::shown;
use super::request::maturity_days;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for CycleTime {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.cycle_time
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let figures = figures(conn, question, &asked).await?;
        let previous = match question.growth.is_compared {
            true => {
                let before = question.question_before(conn, &asked).await?;
                Some(self::figures(conn, question, &before).await?)
            }
            false => None,
        };
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            maturity_days: maturity_days(),
            matured_until: question.matured_before(),
            figures,
            previous,
        })
    }
}

async fn figures(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<CycleFigures> {
    let times = matured_times(conn, question, asked).await?;
    let in_hours = |hours: f64| round_to(hours, 2);
    Ok(CycleFigures {
        n: i64::try_from(times.n()).unwrap_or(i64::MAX),
        mean_hours: times.mean().map(in_hours),
        mean_interval: times.mean_interval_95().map(|interval| shown(interval, 2)),
        median_hours: times.percentile(0.5).map(in_hours),
        p90_hours: times.percentile(0.9).map(in_hours),
        immature: question.matured_before() <= asked.window.from(),
    })
}

/// The times of the conversions whose invitations are old enough.
pub(super) async fn matured_times(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<CycleTimes> {
    let mut times = CycleTimes::default();
    for row in cycle_times(conn, asked, question.matured_before()).await? {
        times.add(row.tenths.unsigned_abs(), row.count.unsigned_abs());
    }
    Ok(times)
}

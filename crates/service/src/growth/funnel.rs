//! From an invitation to the first valuable moment.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{FunnelStage, FunnelStep, GrowthFunnel, Interval95};
use viral_engine_db::growth::{GrowthQuestion, source_counts};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::statistics::{percent, wilson_interval_95};

use super::k_factor::in_percent;
use super::request::invites_from;
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for GrowthFunnel {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.funnel
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let steps = steps(conn, question, &asked).await?;
        let previous = match question.growth.is_compared {
            true => {
                let before = question.question_before(conn, &asked).await?;
                Some(self::steps(conn, question, &before).await?)
            }
            false => None,
        };
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            invites_from: invites_from(asked.origin),
            steps,
            previous,
        })
    }
}

async fn steps(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<Vec<FunnelStep>> {
    let rows = source_counts(conn, asked, question.matured_before()).await?;
    let all = rows.into_iter().find(|row| row.source.is_none());
    let counts = all.map_or([0; 4], |row| {
        [row.invites, row.visitors, row.converted, row.activated]
    });
    let stages = [
        FunnelStage::Invited,
        FunnelStage::Clicked,
        FunnelStage::SignedUp,
        FunnelStage::ReachedFvm,
    ];
    let invited = counts[0];
    let before = std::iter::once(None).chain(counts.into_iter().map(Some));
    let steps = stages.into_iter().zip(counts).zip(before);
    Ok(steps
        .map(|((stage, count), before)| FunnelStep {
            stage,
            count,
            rate: before.and_then(|before| rate(count, before)),
            rate_interval: before.and_then(|before| share_interval(count, before)),
            overall: before.and_then(|_| rate(count, invited)),
        })
        .collect())
}

/// More people can come than were invited: an invitation is passed on. That is no share of them.
fn share_interval(count: i64, of: i64) -> Option<Interval95> {
    let interval =
        (count <= of).then(|| wilson_interval_95(count.unsigned_abs(), of.unsigned_abs()))?;
    interval.map(in_percent)
}

fn rate(count: i64, of: i64) -> Option<f64> {
    (of > 0).then(|| percent(count.unsigned_abs(), of.unsigned_abs()))
}

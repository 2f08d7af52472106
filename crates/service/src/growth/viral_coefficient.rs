//! The viral coefficient: new users by existing ones.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{ViralCoefficient, ViralFigures};
use viral_engine_db::growth::{GrowthQuestion, source_counts, users_before};
use viral_engine_domain::growth::KSums;
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::statistics::round_to;

use super::k_factor::{shown, sums};
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for ViralCoefficient {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.viral_coefficient
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
            figures,
            previous,
        })
    }
}

async fn figures(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<ViralFigures> {
    let persona = asked.filter.persona.as_deref();
    let existing = users_before(conn, asked.window.from(), persona).await?;
    let rows = source_counts(conn, asked, question.matured_before()).await?;
    let all = rows.into_iter().find(|row| row.source.is_none());
    let conversions = all.as_ref().map_or(0, |row| row.conversions);
    let brought = all.as_ref().map(sums).unwrap_or_default();
    // Existing users are what is sampled here, whether they invited or not.
    let sums = KSums {
        inviters: existing.unsigned_abs(),
        people: existing.unsigned_abs(),
        conversions_of_inviters: brought.conversions,
        squares_of_inviters: brought.squares,
        ..brought
    };
    let coefficient = match existing {
        0 => 0.0,
        existing => conversions as f64 / existing as f64,
    };
    Ok(ViralFigures {
        existing_users: existing,
        conversions,
        viral_coefficient: round_to(coefficient, 3),
        interval: sums.interval_95().map(|interval| shown(interval, 3)),
        interval_is_rough: !sums.suffices(),
    })
}

//! What sources, channels and campaigns are credited with.

use std::sync::Arc;

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::attribution::{
    AttributedCredit, Attribution, AttributionModel, ModelCredits,
};
use viral_engine_db::attribution::{
    CreditDimension, CreditQuestion, CreditRow, attribution_settings, credit_totals, credits,
};
use viral_engine_db::growth::MERGED;
use viral_engine_domain::attribution::decimal;
use viral_engine_domain::guardrails::Thresholds;

use super::settings::{days, model};
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question, answer};
use crate::context::Context;
use crate::error::ServiceResult;
use crate::growth::{Group, GrowthRequest, Merging, OTHER, question};

/// Who is credited with the conversions of a window.
///
/// # Errors
/// A parameter at fault, dashboards that are switched off, or a database that can not be asked.
pub async fn get_attribution(
    context: &Context,
    request: &GrowthRequest,
) -> ServiceResult<Arc<Attribution>> {
    answer(context, &question(context, request, 0).await?).await
}

impl Computation for Attribution {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.attribution
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let settings = attribution_settings(conn).await?;
        let totals = credit_totals(conn, &question.window).await?;
        let model = model(&settings.model)?;
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            model,
            lookback_days: days(settings.lookback_days),
            total_conversions: totals.conversions,
            unattributed: totals.untouched,
            pending: totals.due,
            by_source: credited(conn, question, CreditDimension::Source, model).await?,
            by_channel: credited(conn, question, CreditDimension::Channel, model).await?,
            by_campaign: credited(conn, question, CreditDimension::Campaign, model).await?,
        })
    }
}

/// Credit by name, the greatest by `model` first, those of few people merged into one.
async fn credited(
    conn: &mut AsyncPgConnection,
    question: &Question,
    by: CreditDimension,
    model: AttributionModel,
) -> ServiceResult<Vec<AttributedCredit>> {
    let mut asked = CreditQuestion {
        window: question.window,
        filter: question.growth.stored_filter(),
        by,
        merged: Vec::new(),
    };
    let mut rows = credits(conn, &asked).await?;
    let mut merging = Merging::of(&rows);
    while let Some(merged) = merging.next(&rows) {
        asked.merged = merged;
        rows = credits(conn, &asked).await?;
    }
    rows.sort_by_key(|row| std::cmp::Reverse(credit(row, model)));
    Ok(rows.into_iter().map(shown).collect())
}

impl Group for CreditRow {
    fn name(&self) -> &str {
        &self.name
    }

    /// Each conversion is somebody who was invited.
    fn people(&self) -> u64 {
        self.conversions.unsigned_abs()
    }
}

fn credit(row: &CreditRow, model: AttributionModel) -> i64 {
    match model {
        AttributionModel::Last => row.last,
        AttributionModel::First => row.first,
        AttributionModel::Linear => row.linear,
        AttributionModel::Position => row.position,
    }
}

fn shown(row: CreditRow) -> AttributedCredit {
    let is_merged = row.name == MERGED;
    let by = |model| decimal(credit(&row, model).unsigned_abs());
    let credits = ModelCredits {
        last: by(AttributionModel::Last),
        first: by(AttributionModel::First),
        linear: by(AttributionModel::Linear),
        position: by(AttributionModel::Position),
    };
    AttributedCredit {
        name: if is_merged {
            OTHER.to_owned()
        } else {
            row.name
        },
        is_merged,
        conversions: row.conversions,
        credits,
    }
}

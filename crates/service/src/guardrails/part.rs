//! The five computations as one kind of thing: what tells two questions apart, and how an answer is made.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, OptOuts, SuspiciousClicks,
};
use viral_engine_db::data_version;
use viral_engine_db::guardrails::next_due;
use viral_engine_domain::guardrails::Thresholds;

use super::kept::{Kept, KeptAnswers};
use super::question::Question;
use crate::context::Context;
use crate::error::ServiceResult;

/// What can be asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    SuspiciousClicks,
    Bots,
    OptOuts,
    Coppa,
    ConversionAnomalies,
    /// All of them.
    Health,
}

impl Part {
    /// Days of the window unless the request names one.
    pub(super) fn default_days(self, thresholds: &Thresholds) -> u32 {
        match self {
            Self::SuspiciousClicks => thresholds.fraud_detection_days,
            Self::Bots => thresholds.bot_detection_days,
            Self::OptOuts => thresholds.opt_out_rate_days,
            Self::Coppa => thresholds.coppa_compliance_days,
            Self::ConversionAnomalies => thresholds.conversion_anomaly_days,
            Self::Health => thresholds.health_score_days,
        }
    }
}

/// What tells two questions to one computation apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Key {
    from: DateTime<Utc>,
    /// `None` for up to now.
    to: Option<DateTime<Utc>>,
    time_zone: Tz,
    /// Bits of the thresholds that the computation looks at.
    thresholds: [u64; 3],
}

/// A computation.
pub(super) trait Computation: Sized + Send + Sync + 'static {
    /// The thresholds it looks at.
    fn thresholds(thresholds: &Thresholds) -> [f64; 3];

    /// Where its answers are kept.
    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self>;

    /// Computes an answer within one snapshot.
    fn compute(
        conn: &mut AsyncPgConnection,
        question: &Question,
    ) -> impl Future<Output = ServiceResult<Self>> + Send;
}

/// The answers that this process keeps.
#[derive(Default)]
pub struct Answers {
    pub(super) suspicious_clicks: KeptAnswers<Key, SuspiciousClicks>,
    pub(super) bots: KeptAnswers<Key, Bots>,
    pub(super) opt_outs: KeptAnswers<Key, OptOuts>,
    pub(super) coppa: KeptAnswers<Key, Coppa>,
    pub(super) conversion_anomalies: KeptAnswers<Key, ConversionAnomalies>,
}

/// The answer to a question, kept or computed.
pub(super) async fn answer<T: Computation>(
    context: &Context,
    question: &Question,
) -> ServiceResult<Arc<T>> {
    let key = Key {
        from: question.window.from(),
        to: (!question.is_up_to_now).then_some(question.window.to()),
        time_zone: question.time_zone,
        thresholds: T::thresholds(&question.thresholds).map(f64::to_bits),
    };
    let kept = T::kept(&context.answers);
    kept.get(
        key,
        question.version,
        question.now,
        compute(context, question),
    )
    .await
}

async fn compute<T: Computation>(context: &Context, question: &Question) -> ServiceResult<Kept<T>> {
    let mut conn = context.connection().await?;
    // Read outside of the snapshot and before it, so that the snapshot holds what the version counts.
    let version = data_version::current(&mut conn).await?.data;
    let question = question.at(context.now());
    let (answer, due) = conn
        .build_transaction()
        .read_only()
        .repeatable_read()
        .run(async |conn| {
            let answer = T::compute(conn, &question).await?;
            let due = match question.is_up_to_now {
                true => next_due(conn, question.window.to()).await?,
                false => None,
            };
            ServiceResult::Ok((answer, due))
        })
        .await?;
    Ok(Kept {
        answer: Arc::new(answer),
        version,
        computed_at: question.now,
        due,
    })
}

//! Answers that are computed from what is stored and kept until it changes.
//!
//! Every computation is one kind of thing here: what tells two of its questions apart, where its answers are kept, and
//! how an answer is made within one snapshot.

mod kept;
mod question;

use std::sync::Arc;
use std::time::{Duration, Instant};

use chrono::{DateTime, Utc};
use chrono_tz::Tz;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::attribution::Attribution;
use viral_engine_api_types::growth::{
    CycleTime, GrowthCohorts, GrowthForecast, GrowthFunnel, GrowthTimeline, KFactor,
    KFactorBySource, LoopEfficiencies, TopReferrers, ViralCoefficient,
};
use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, OptOuts, SuspiciousClicks,
};
use viral_engine_api_types::metrics::Overview;
use viral_engine_db::data_version;
use viral_engine_db::guardrails::next_due;
use viral_engine_domain::guardrails::Thresholds;

use crate::context::Context;
use crate::error::ServiceResult;
use kept::Kept;

pub(crate) use kept::KeptAnswers;
pub use question::WindowParameters;
pub(crate) use question::{Asked, GrowthTerms, Question, bad_parameter};

/// What tells two questions to one computation apart.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Key {
    from: DateTime<Utc>,
    /// `None` for up to now.
    to: Option<DateTime<Utc>>,
    time_zone: Tz,
    /// Bits of the thresholds that the computation looks at.
    thresholds: [u64; 3],
    growth: GrowthTerms,
}

/// A computation.
pub(crate) trait Computation: Sized + Send + Sync + 'static {
    /// The thresholds it looks at.
    fn thresholds(thresholds: &Thresholds) -> [f64; 3];

    /// Whether its answers may lag where they are costly, at most by what is configured.
    const MAY_LAG: bool = false;

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
    pub(crate) suspicious_clicks: KeptAnswers<Key, SuspiciousClicks>,
    pub(crate) bots: KeptAnswers<Key, Bots>,
    pub(crate) opt_outs: KeptAnswers<Key, OptOuts>,
    pub(crate) coppa: KeptAnswers<Key, Coppa>,
    pub(crate) conversion_anomalies: KeptAnswers<Key, ConversionAnomalies>,
    pub(crate) overview: KeptAnswers<Key, Overview>,
    pub(crate) k_factor: KeptAnswers<Key, KFactor>,
    pub(crate) k_factor_by_source: KeptAnswers<Key, KFactorBySource>,
    pub(crate) viral_coefficient: KeptAnswers<Key, ViralCoefficient>,
    pub(crate) cycle_time: KeptAnswers<Key, CycleTime>,
    pub(crate) cohorts: KeptAnswers<Key, GrowthCohorts>,
    pub(crate) funnel: KeptAnswers<Key, GrowthFunnel>,
    pub(crate) loop_efficiency: KeptAnswers<Key, LoopEfficiencies>,
    pub(crate) timeline: KeptAnswers<Key, GrowthTimeline>,
    pub(crate) top_referrers: KeptAnswers<Key, TopReferrers>,
    pub(crate) forecast: KeptAnswers<Key, GrowthForecast>,
    pub(crate) attribution: KeptAnswers<Key, Attribution>,
}

/// The answer to a question, kept or computed.
pub(crate) async fn answer<T: Computation>(
    context: &Context,
    question: &Question,
) -> ServiceResult<Arc<T>> {
    let key = Key {
        from: question.window.from(),
        to: (!question.is_up_to_now).then_some(question.window.to()),
        time_zone: question.time_zone,
        thresholds: T::thresholds(&question.thresholds).map(f64::to_bits),
        growth: question.growth.clone(),
    };
    let lag = match T::MAY_LAG {
        true => context.config.figures_max_lag,
        false => Duration::ZERO,
    };
    let kept = T::kept(&context.answers);
    let compute = compute(context.clone(), question.clone());
    let asked = (question.version, question.now);
    kept.get(key, asked, lag, compute).await
}

async fn compute<T: Computation>(context: Context, question: Question) -> ServiceResult<Kept<T>> {
    let mut conn = context.connection().await?;
    let begun = Instant::now();
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
        cost: begun.elapsed(),
    })
}

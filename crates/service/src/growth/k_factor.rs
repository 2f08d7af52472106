//! The K-factor, of all and by source, and what to do with each loop.

use std::cmp::Ordering;

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::growth::{
    Interval95, KFactor, KFactorBySource, KFigures, KStatus, LoopEfficiencies, LoopEfficiency,
    Recommendation, SourceK,
};
use viral_engine_db::growth::{
    GrowthQuestion, MERGED, SourceCountsRow, source_counts, users_before,
};
use viral_engine_domain::growth::{self as rules, GrowthCounts, KSums};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::statistics::{Interval, round_to, share, wilson_interval_95};

use super::merging::{Group, Merging, OTHER};
use super::request::{invites_from, maturity_days};
use crate::answers::{Answers, Computation, KeptAnswers, Key, Question};
use crate::error::ServiceResult;

impl Computation for KFactor {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.k_factor
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let figures = total(conn, question, &asked).await?;
        let previous = match question.growth.is_compared {
            true => {
                let before = question.question_before(conn, &asked).await?;
                Some(total(conn, question, &before).await?)
            }
            false => None,
        };
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            invites_from: invites_from(asked.origin),
            maturity_days: maturity_days(),
            figures,
            previous,
        })
    }
}

impl Computation for KFactorBySource {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.k_factor_by_source
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let mut items = by_source(conn, question, &asked).await?;
        items.sort_by(|a, b| descending(a.figures.k_factor, b.figures.k_factor));
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            invites_from: invites_from(asked.origin),
            maturity_days: maturity_days(),
            items,
        })
    }
}

impl Computation for LoopEfficiencies {
    const MAY_LAG: bool = true;

    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.loop_efficiency
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let asked = question.growth_question(conn).await?;
        let sources = by_source(conn, question, &asked).await?;
        let mut items: Vec<_> = sources.into_iter().map(efficiency).collect();
        items.sort_by(|a, b| descending(a.efficiency, b.efficiency));
        Ok(Self {
            window: question.shown_window(),
            filter: question.growth.filter.clone(),
            items,
        })
    }
}

/// The greatest first; a stable sort leaves equals in alphabetical order.
fn descending(a: f64, b: f64) -> Ordering {
    b.total_cmp(&a)
}

/// The figures of all sources together.
pub(super) async fn total(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<KFigures> {
    let eligible = eligible(conn, asked).await?;
    let rows = source_counts(conn, asked, question.matured_before()).await?;
    let all = rows.iter().find(|row| row.source.is_none());
    Ok(all.map_or_else(|| figures(&NOTHING, eligible), |row| figures(row, eligible)))
}

async fn eligible(conn: &mut AsyncPgConnection, asked: &GrowthQuestion) -> ServiceResult<i64> {
    let persona = asked.filter.persona.as_deref();
    Ok(users_before(conn, asked.window.to(), persona).await?)
}

/// The figures of each source, those with few people merged into one.
async fn by_source(
    conn: &mut AsyncPgConnection,
    question: &Question,
    asked: &GrowthQuestion,
) -> ServiceResult<Vec<SourceK>> {
    let eligible = eligible(conn, asked).await?;
    let matured_before = question.matured_before();
    let mut rows = sources(source_counts(conn, asked, matured_before).await?);
    let mut merging = Merging::of(&rows);
    while let Some(merged) = merging.next(&rows) {
        let asked = GrowthQuestion {
            merged,
            ..asked.clone()
        };
        rows = sources(source_counts(conn, &asked, matured_before).await?);
    }
    let item = |(source, row): (String, SourceCountsRow)| {
        let is_merged = source == MERGED;
        SourceK {
            source: if is_merged { OTHER.to_owned() } else { source },
            is_merged,
            figures: figures(&row, eligible),
        }
    };
    Ok(rows.into_iter().map(item).collect())
}

impl Group for (String, SourceCountsRow) {
    fn name(&self) -> &str {
        &self.0
    }

    fn people(&self) -> u64 {
        self.1.people.unsigned_abs()
    }
}

/// The rows of sources in which anybody did anything.
fn sources(rows: Vec<SourceCountsRow>) -> Vec<(String, SourceCountsRow)> {
    let named = rows.into_iter().filter_map(|mut row| {
        let source = row.source.take()?;
        (row != NOTHING).then_some((source, row))
    });
    named.collect()
}

const NOTHING: SourceCountsRow = SourceCountsRow {
    source: None,
    invites: 0,
    matured: 0,
    inviters: 0,
    people: 0,
    clicks: 0,
    conversions: 0,
    conversions_of_inviters: 0,
    squares: 0,
    squares_of_inviters: 0,
    cubes: 0,
    activated: 0,
    converted: 0,
    visitors: 0,
};

fn figures(row: &SourceCountsRow, eligible: i64) -> KFigures {
    let counts = GrowthCounts {
        active_users: row.inviters.unsigned_abs(),
        invites: row.invites.unsigned_abs(),
        clicks: row.clicks.unsigned_abs(),
        conversions: row.conversions.unsigned_abs(),
    };
    let sums = sums(row);
    let matured_share = match counts.invites {
        0 => 0.0,
        invites => share(row.matured.unsigned_abs(), invites),
    };
    let rate = wilson_interval_95(counts.conversions, counts.clicks);
    KFigures {
        active_users: row.inviters,
        total_invites: row.invites,
        total_clicks: row.clicks,
        total_conversions: row.conversions,
        total_activations: row.activated,
        avg_invites_per_user: counts.invites_per_user(),
        invite_conversion_rate: counts.invite_conversion_rate(),
        k_factor: counts.k_factor(),
        k_interval: sums.interval_95().map(|interval| shown(interval, 3)),
        k_interval_is_rough: !sums.suffices(),
        k_status: k_status(rules::KStatus::of(counts.k_factor())),
        conversion_rate: counts.conversion_rate(),
        conversion_rate_interval: rate.map(in_percent),
        eligible_users: eligible,
        k_per_eligible: share(counts.conversions, eligible.unsigned_abs()),
        participation: share(counts.active_users, eligible.unsigned_abs()),
        activation: share(row.activated.unsigned_abs(), counts.conversions),
        matured_share,
        immature: matured_share < 0.5,
    }
}

/// What each person brought, as sums.
pub(super) fn sums(row: &SourceCountsRow) -> KSums {
    KSums {
        inviters: row.inviters.unsigned_abs(),
        people: row.people.unsigned_abs(),
        conversions: row.conversions.unsigned_abs(),
        conversions_of_inviters: row.conversions_of_inviters.unsigned_abs(),
        squares: row.squares.unsigned_abs(),
        squares_of_inviters: row.squares_of_inviters.unsigned_abs(),
        cubes: row.cubes.unsigned_abs(),
    }
}

/// An interval with as many decimals as its figure.
pub(super) fn shown(interval: Interval, decimals: u8) -> Interval95 {
    Interval95 {
        low: round_to(interval.low, decimals),
        high: round_to(interval.high, decimals),
    }
}

/// An interval of a proportion in percent, two decimals.
pub(super) fn in_percent(interval: Interval) -> Interval95 {
    let percent = Interval {
        low: interval.low * 100.0,
        high: interval.high * 100.0,
    };
    shown(percent, 2)
}

fn k_status(status: rules::KStatus) -> KStatus {
    match status {
        rules::KStatus::Poor => KStatus::Poor,
        rules::KStatus::Warning => KStatus::Warning,
        rules::KStatus::Good => KStatus::Good,
        rules::KStatus::Excellent => KStatus::Excellent,
    }
}

fn efficiency(source: SourceK) -> LoopEfficiency {
    let SourceK {
        source,
        is_merged,
        figures,
    } = source;
    let efficiency = round_to(figures.k_factor * figures.conversion_rate / 100.0, 3);
    let recommendation = rules::Recommendation::of(figures.k_factor, efficiency);
    LoopEfficiency {
        source,
        is_merged,
        active_users: figures.active_users,
        conversions: figures.total_conversions,
        k_factor: figures.k_factor,
        k_interval: figures.k_interval,
        k_interval_is_rough: figures.k_interval_is_rough,
        conversion_rate: figures.conversion_rate,
        efficiency,
        conversions_per_inviter: round_to(figures.k_factor, 2),
        recommendation: match recommendation {
            rules::Recommendation::ReworkOrStop => Recommendation::ReworkOrStop,
            rules::Recommendation::Optimise => Recommendation::Optimise,
            rules::Recommendation::KeepInvesting => Recommendation::KeepInvesting,
            rules::Recommendation::ScaleAggressively => Recommendation::ScaleAggressively,
        },
        immature: figures.immature,
    }
}

//! Figures of the overview page.

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::NaiveDate;
use diesel_async::AsyncPgConnection;
use viral_engine_api_types::links::DayHits;
use viral_engine_api_types::metrics::{Compared, Overview, SourceFigures};
use viral_engine_db::guardrails::input_sums;
use viral_engine_db::metrics::{SourceDayRow, source_days};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::time_window::TimeWindow;

use crate::answers::{
    Answers, Asked, Computation, KeptAnswers, Key, Question, WindowParameters, answer,
};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

/// Days of the window unless the request names one.
const DEFAULT_DAYS: u32 = 7;

/// Most sources that are listed.
const LISTED_SOURCES: usize = 10;

/// Figures of a window, and of the stretch of the same length before it.
///
/// # Errors
/// A parameter at fault, or a database that can not be asked.
pub async fn get_overview(
    context: &Context,
    window: &WindowParameters,
) -> ServiceResult<Arc<Overview>> {
    let asked = Asked::by_dashboard(context).await?;
    answer(context, &asked.question(window, DEFAULT_DAYS)?).await
}

impl Computation for Overview {
    fn thresholds(_: &Thresholds) -> [f64; 3] {
        [0.0; 3]
    }

    fn kept(answers: &Answers) -> &KeptAnswers<Key, Self> {
        &answers.overview
    }

    async fn compute(conn: &mut AsyncPgConnection, question: &Question) -> ServiceResult<Self> {
        let window = question.window;
        let before = window
            .previous()
            .map_err(|error| ServiceError::Internal(error.to_string()))?;
        let current = Figures::of(conn, question, &window).await?;
        let previous = Figures::of(conn, question, &before).await?;
        let compared = |figure: fn(&Figures) -> i64| Compared {
            current: figure(&current),
            previous: figure(&previous),
        };
        let days = current.days(&window);
        Ok(Self {
            window: question.shown_window(),
            links_created: compared(|figures| figures.links),
            invites: compared(|figures| figures.sum(|row| row.invites)),
            clicks: compared(|figures| figures.sum(|row| row.human)),
            hits: compared(|figures| figures.sum(hits)),
            conversions: compared(|figures| figures.sum(|row| row.conversions)),
            activations: compared(|figures| figures.sum(|row| row.activations)),
            conversions_by_day: days.iter().map(|(_, conversions)| *conversions).collect(),
            days: days.into_iter().map(|(hits, _)| hits).collect(),
            top_sources: current.top_sources(),
        })
    }
}

struct Figures {
    rows: Vec<SourceDayRow>,
    links: i64,
}

impl Figures {
    async fn of(
        conn: &mut AsyncPgConnection,
        question: &Question,
        window: &TimeWindow,
    ) -> ServiceResult<Self> {
        let cover = window.cover(question.now);
        Ok(Self {
            rows: source_days(conn, &cover).await?,
            links: input_sums(conn, &cover).await?.links,
        })
    }

    fn sum(&self, figure: fn(&SourceDayRow) -> i64) -> i64 {
        self.rows.iter().map(figure).sum()
    }

    /// Hits and conversions of every UTC day that the window touches.
    fn days(&self, window: &TimeWindow) -> Vec<(DayHits, i64)> {
        let (first, last) = window.utc_days().into_inner();
        let empty = |date: NaiveDate| (date, (no_hits(date), 0));
        let mut days: BTreeMap<NaiveDate, (DayHits, i64)> = first
            .iter_days()
            .take_while(|day| *day <= last)
            .map(empty)
            .collect();
        for row in &self.rows {
            if let Some((hits, conversions)) = days.get_mut(&row.day) {
                hits.human += row.human;
                hits.duplicate += row.duplicate;
                hits.bot += row.bot;
                hits.preview += row.preview;
                hits.prefetch += row.prefetch;
                hits.rejected += row.rejected;
                *conversions += row.conversions;
            }
        }
        days.into_values().collect()
    }

    fn top_sources(&self) -> Vec<SourceFigures> {
        let mut sums: BTreeMap<&str, (i64, i64)> = BTreeMap::new();
        for row in self.rows.iter().filter(|row| !row.source.is_empty()) {
            let (clicks, conversions) = sums.entry(&row.source).or_default();
            *clicks += row.human;
            *conversions += row.conversions;
        }
        let mut sources: Vec<_> = sums
            .into_iter()
            .filter(|(_, sums)| *sums != (0, 0))
            .map(|(source, (clicks, conversions))| SourceFigures {
                source: source.to_owned(),
                clicks,
                conversions,
            })
            .collect();
        // The sort is stable: sources with as many clicks and conversions stay in alphabetical order.
        sources.sort_by_key(|source| std::cmp::Reverse((source.clicks, source.conversions)));
        sources.truncate(LISTED_SOURCES);
        sources
    }
}

fn hits(row: &SourceDayRow) -> i64 {
    row.human + row.duplicate + row.bot + row.preview + row.prefetch + row.rejected
}

fn no_hits(date: NaiveDate) -> DayHits {
    DayHits {
        date,
        human: 0,
        duplicate: 0,
        bot: 0,
        preview: 0,
        prefetch: 0,
        rejected: 0,
    }
}

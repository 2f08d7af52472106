//! How long answers of guardians are pending.

use leptos::prelude::*;
use viral_engine_api_types::consents::ConsentOverview;

use super::overview::metric;
use crate::charts::{ChartFigure, ChartTable, StackedBars, stacked};
use crate::components::{Card, Empty};
use crate::format::count;
use crate::i18n::compliance;

/// Days that an answer may take: columns of the chart, whether or not something waits so long.
const DAYS: i64 = 14;

/// How many answers wait for each number of days, without gaps.
fn ages(overview: &ConsentOverview) -> Vec<(i64, i64)> {
    let pending = &overview.pending;
    let last = pending.iter().map(|row| row.days).max().unwrap_or(0);
    let of = |days: i64| {
        let rows = pending.iter().filter(move |row| row.days == days);
        rows.map(|row| row.count).sum()
    };
    (0..=last.max(DAYS - 1))
        .map(|days| (days, of(days)))
        .collect()
}

/// The chart.
#[component]
pub fn ByAge(overview: Signal<ConsentOverview>) -> impl IntoView {
    let words = &compliance().consents;
    let rows = Memo::new(move |_| overview.with(ages));
    let columns = Signal::derive(move || {
        let column = |(days, pending): &(i64, i64)| stacked::Column {
            label: days.to_string(),
            name: (words.days)(*days),
            values: vec![*pending],
        };
        rows.with(|rows| rows.iter().map(column).collect::<Vec<_>>())
    });
    let table = Signal::derive(move || {
        let shown = |(days, pending): &(i64, i64)| vec![(words.days)(*days), count(*pending)];
        let plain = |(days, pending): &(i64, i64)| vec![days.to_string(), pending.to_string()];
        rows.with(|rows| ChartTable {
            head: vec![words.days_ago.to_owned(), words.pending.to_owned()],
            rows: rows.iter().map(shown).collect(),
            csv: rows.iter().map(plain).collect(),
        })
    });
    let some = Memo::new(move |_| overview.with(|it| !it.pending.is_empty()));
    let chart = move || {
        let metric = Signal::stored(metric(words.by_age, words.by_age_formula));
        view! {
            <ChartFigure title=words.by_age file="pending-consents" metric table>
                <StackedBars label=words.by_age_label.to_owned() series=vec![words.pending] columns/>
                <p class="text-xs text-muted">{words.days_ago}</p>
            </ChartFigure>
        }
    };
    move || {
        match some.get() {
        true => chart().into_any(),
        false => view! {
            <Card title=words.by_age><Empty title=words.none_pending_title detail=words.none_pending_detail/></Card>
        }
        .into_any(),
    }
    }
}

#[cfg(test)]
mod tests {
    use viral_engine_api_types::consents::PendingConsents;

    use super::*;

    #[test]
    fn days_without_answers_are_shown_too() {
        let overview = ConsentOverview {
            counts: Vec::new(),
            pending: vec![
                PendingConsents { days: 0, count: 2 },
                PendingConsents { days: 15, count: 1 },
            ],
            expiring: 1,
        };
        let ages = ages(&overview);
        assert_eq!(ages.len(), 16);
        assert_eq!((ages[0], ages[1], ages[15]), ((0, 2), (1, 0), (15, 1)));
    }
}

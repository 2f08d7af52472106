//! Opt-outs: what was never looked at, and who said no.

use leptos::prelude::*;
use viral_engine_api_types::guardrails::OptOuts;

use super::figures;
use crate::components::{Card, Column, DataTable, InfoTip, Metric};
use crate::format::{count, decimal, percent};
use crate::i18n::text;

/// One kind of opt-out.
#[derive(Clone, Debug, PartialEq)]
struct Line {
    what: &'static str,
    how: &'static str,
    out: i64,
    total: i64,
    rate: f64,
}

/// The tab.
pub fn view() -> AnyView {
    let figures = figures();
    let words = &text().guardrails.opt_outs;
    let opt_outs = Memo::new(move |_| figures.with(|it| it.health.components.opt_outs.clone()));
    let metric = Signal::derive(move || {
        opt_outs.with(|it| {
            Metric::new(words.title, words.formula)
                .docs("guardrails/get_opt_outs")
                .window(&it.window)
        })
    });
    let sessions = Signal::derive(move || {
        opt_outs.with(|it| {
            Metric::new(words.sessions, words.sessions_formula)
                .docs("guardrails/get_opt_outs")
                .window(&it.window)
        })
    });
    let session_figures = move || {
        opt_outs.with(|it| {
            (words.sessions_value)(
                &count(it.study_sessions.total),
                &decimal(it.study_sessions.avg_participants, 2),
            )
        })
    };
    view! {
        <DataTable
            name="opt-outs"
            title=words.title
            rows=Signal::derive(move || opt_outs.with(lines))
            columns=columns()
            key=|line| format!("{line:?}")
            aside=move || view! { <InfoTip metric/> }
            empty=|| ()
        />
        <Card title=words.sessions metric=sessions><p>{session_figures}</p></Card>
    }
    .into_any()
}

fn lines(it: &OptOuts) -> Vec<Line> {
    let words = &text().guardrails.opt_outs;
    vec![
        Line {
            what: words.shares,
            how: words.shares_out,
            out: it.parent_shares.never_viewed,
            total: it.parent_shares.total,
            rate: it.parent_shares.opt_out_rate,
        },
        Line {
            what: words.links,
            how: words.links_out,
            out: it.attribution_links.zero_clicks,
            total: it.attribution_links.total,
            rate: it.attribution_links.opt_out_rate,
        },
        Line {
            what: words.explicit,
            how: words.explicit_out,
            out: it.explicit.users,
            total: it.explicit.users_reached,
            rate: it.explicit.opt_out_rate,
        },
    ]
}

fn columns() -> Vec<Column<Line>> {
    let words = &text().guardrails.opt_outs;
    vec![
        Column::new("what", words.what, what, |line| {
            format!("{}: {}", line.what, line.how)
        }),
        Column::figures(
            "opted_out",
            words.out,
            |line| count(line.out).into_any(),
            |line| line.out.to_string(),
        ),
        Column::figures(
            "total",
            words.total,
            |line| count(line.total).into_any(),
            |line| line.total.to_string(),
        ),
        Column::figures("rate", words.rate, rate, |line| line.rate.to_string()),
    ]
}

fn what(line: &Line) -> AnyView {
    view! {
        <span class="font-medium">{line.what}</span>
        <span class="text-muted">", " {line.how}</span>
    }
    .into_any()
}

fn rate(line: &Line) -> AnyView {
    let share = line.rate.clamp(0.0, 100.0);
    view! {
        <span class="inline-flex items-center gap-2">
            <svg class="w-24 h-2" viewBox="0 0 100 8" preserveAspectRatio="none" aria-hidden="true">
                <rect class="meter-track" width="100" height="8"></rect>
                <rect class="cat-1" width=share height="8"></rect>
            </svg>
            {percent(line.rate)}
        </span>
    }
    .into_any()
}

//! Each source by itself: its K-factor, how well it does, and what to do with it.

use leptos::prelude::*;
use viral_engine_api_types::growth::{LoopEfficiency, Recommendation, SourceK};

use super::{K_PLACES, asked, k_interval};
use crate::api::{Api, ApiResult, use_api};
use crate::components::{
    Column, DataTable, Empty, InfoTip, Metric, RemoteView, Tone, tag, user_text,
};
use crate::format::{count, decimal, percent};
use crate::i18n::growth;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::Query;

/// A source in both answers.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    source: SourceK,
    efficiency: LoopEfficiency,
}

async fn load(api: Api, query: Query) -> ApiResult<Vec<Row>> {
    let (sources, loops) = futures_util::join!(
        api.get_k_factor_by_source(&query),
        api.get_loop_efficiency(&query),
    );
    let (sources, loops) = (sources?, loops?);
    let row = |source: SourceK| {
        let same = |one: &&LoopEfficiency| {
            one.source == source.source && one.is_merged == source.is_merged
        };
        let efficiency = loops.items.iter().find(same)?.clone();
        Some(Row { source, efficiency })
    };
    Ok(sources.items.into_iter().filter_map(row).collect())
}

/// The table.
#[component]
pub fn Loops() -> impl IntoView {
    let (api, live, words) = (use_api(), use_live(), growth());
    let remote =
        Remote::new(asked, move |query| load(api, query)).reload_on(move || live.data.get());
    let metric = Signal::stored(
        Metric::new(words.loops, words.loops_formula).docs("growth/get_loop_efficiency"),
    );
    view! {
        <RemoteView remote name=words.loops lines=4 let:rows>
            <DataTable
                name="loops"
                title=words.loops
                rows
                columns=columns()
                key=|row| format!("{row:?}")
                sort_parameter="loops"
                aside=move || view! { <InfoTip metric/> }
                empty=|| view! { <Empty title=growth().none_title detail=growth().none_detail/> }
            />
        </RemoteView>
    }
}

fn name(row: &Row) -> AnyView {
    let words = growth();
    match row.source.source.as_str() {
        _ if row.source.is_merged => words.merged.into_any(),
        "" => words.linkless.into_any(),
        source => user_text(source).into_any(),
    }
}

fn k(row: &Row) -> AnyView {
    let figures = &row.source.figures;
    let interval = k_interval(figures.k_interval, figures.k_interval_is_rough);
    view! {
        <span class="whitespace-nowrap">{decimal(figures.k_factor, K_PLACES)} " " <span class="text-muted">{interval}</span></span>
    }
    .into_any()
}

fn recommended(row: &Row) -> AnyView {
    let words = growth();
    if row.efficiency.immature {
        return tag(Tone::Neutral, words.too_young);
    }
    let tone = match row.efficiency.recommendation {
        Recommendation::ScaleAggressively | Recommendation::KeepInvesting => Tone::Good,
        Recommendation::Optimise => Tone::Watch,
        Recommendation::ReworkOrStop => Tone::Bad,
    };
    tag(tone, (words.recommendation)(row.efficiency.recommendation))
}

fn columns() -> Vec<Column<Row>> {
    let words = growth();
    let figures = Column::<Row>::figures;
    vec![
        Column::<Row>::new("source", words.source, name, |row| {
            row.source.source.clone()
        })
        .sorted(|a, b| a.source.source.cmp(&b.source.source)),
        figures("k", words.k_factor, k, |row| {
            row.source.figures.k_factor.to_string()
        })
        .sorted(|a, b| {
            a.source
                .figures
                .k_factor
                .total_cmp(&b.source.figures.k_factor)
        }),
        figures(
            "active",
            words.active,
            |row| count(row.source.figures.active_users).into_any(),
            |row| row.source.figures.active_users.to_string(),
        )
        .sorted(|a, b| {
            a.source
                .figures
                .active_users
                .cmp(&b.source.figures.active_users)
        }),
        figures(
            "invites",
            words.invites,
            |row| count(row.source.figures.total_invites).into_any(),
            |row| row.source.figures.total_invites.to_string(),
        )
        .sorted(|a, b| {
            a.source
                .figures
                .total_invites
                .cmp(&b.source.figures.total_invites)
        }),
        figures(
            "clicks",
            words.clicks,
            |row| count(row.source.figures.total_clicks).into_any(),
            |row| row.source.figures.total_clicks.to_string(),
        )
        .sorted(|a, b| {
            a.source
                .figures
                .total_clicks
                .cmp(&b.source.figures.total_clicks)
        }),
        figures(
            "conversions",
            words.conversions,
            |row| count(row.efficiency.conversions).into_any(),
            |row| row.efficiency.conversions.to_string(),
        )
        .sorted(|a, b| a.efficiency.conversions.cmp(&b.efficiency.conversions)),
        figures(
            "rate",
            words.rate,
            |row| percent(row.efficiency.conversion_rate).into_any(),
            |row| row.efficiency.conversion_rate.to_string(),
        )
        .sorted(|a, b| {
            a.efficiency
                .conversion_rate
                .total_cmp(&b.efficiency.conversion_rate)
        }),
        figures(
            "efficiency",
            words.efficiency,
            |row| decimal(row.efficiency.efficiency, 3).into_any(),
            |row| row.efficiency.efficiency.to_string(),
        )
        .sorted(|a, b| a.efficiency.efficiency.total_cmp(&b.efficiency.efficiency)),
        Column::<Row>::new(
            "recommendation",
            words.recommendation_head,
            recommended,
            |row| {
                let words = growth();
                let told = match row.efficiency.immature {
                    true => words.too_young,
                    false => (words.recommendation)(row.efficiency.recommendation),
                };
                told.to_owned()
            },
        ),
    ]
}

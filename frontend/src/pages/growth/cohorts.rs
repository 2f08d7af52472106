//! Users by the week of their sign-up: what they brought, and whether they came back.

use leptos::prelude::*;
use viral_engine_api_types::growth::{GrowthCohort, Retention};

use super::{K_PLACES, k_interval};
use crate::api::use_api;
use crate::browser::intl::format_day;
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, RemoteView, Tone, tag};
use crate::format::number::NONE;
use crate::format::{count, decimal, percent};
use crate::i18n::growth;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::view::use_view;

/// The table.
#[component]
pub fn Cohorts() -> impl IntoView {
    let (api, live, router, view, words) =
        (use_api(), use_live(), use_router(), use_view(), growth());
    let remote = Remote::new(
        move || {
            let persona = router
                .query
                .with(|query| query.only(&["persona", "traffic"]));
            Query::new()
                .and("time_zone", view.zone.get())
                .merged(&persona)
        },
        move |query| async move { api.get_growth_cohorts(&query).await.map(|it| it.cohorts) },
    )
    .reload_on(move || live.data.get());
    let metric = Signal::stored(
        Metric::new(words.cohorts, words.cohorts_formula)
            .fact((words.day)("1, D7, D28").as_str(), words.returned_formula)
            .docs("growth/get_growth_cohorts"),
    );
    view! {
        <RemoteView remote name=words.cohorts lines=8 let:cohorts>
            <DataTable
                name="cohorts"
                title=words.cohorts
                rows=Signal::derive(move || cohorts.with(|all| shown(all)))
                columns=columns()
                key=|row| format!("{row:?}")
                sort_parameter="cohorts"
                aside=move || view! { <InfoTip metric/> }
                empty=|| view! { <Empty title=growth().cohorts_none detail=growth().cohorts_none_detail/> }
            />
        </RemoteView>
    }
}

/// The newest first; nothing when nobody signed up in any week.
fn shown(cohorts: &[GrowthCohort]) -> Vec<GrowthCohort> {
    match cohorts.iter().any(|cohort| cohort.size > 0) {
        true => cohorts.iter().rev().cloned().collect(),
        false => Vec::new(),
    }
}

fn k(cohort: &GrowthCohort) -> AnyView {
    let Some(k) = cohort.k_factor else {
        return none(cohort);
    };
    let interval = k_interval(cohort.k_interval, cohort.k_interval_is_rough);
    let young = cohort
        .immature
        .then(|| tag(Tone::Neutral, growth().too_young));
    view! {
        <span class="whitespace-nowrap">{decimal(k, K_PLACES)} " " <span class="text-muted">{interval}</span></span> " " {young}
    }
    .into_any()
}

/// Nobody, or too few to tell.
fn none(cohort: &GrowthCohort) -> AnyView {
    match cohort.size {
        0 => NONE.into_any(),
        _ => view! { <span class="text-muted">{growth().too_few}</span> }.into_any(),
    }
}

/// A share as a cell of the heat map: the stronger its colour, the more came back.
fn heat(retention: &[Retention], day: u32) -> AnyView {
    let Some(one) = retention.iter().find(|one| one.day == day) else {
        return NONE.into_any();
    };
    match one.rate {
        Some(rate) => {
            let step = (rate / 20.0).floor().clamp(0.0, 4.0) as u8;
            let title = format!("{} / {}", count(one.active), count(one.users));
            view! { <span class=format!("heat heat-{step}") title=title>{percent(rate)}</span> }
                .into_any()
        }
        None if one.immature && one.users == 0 => tag(Tone::Neutral, growth().too_young),
        None => view! { <span class="text-muted">{growth().too_few}</span> }.into_any(),
    }
}

fn plain(retention: &[Retention], day: u32) -> String {
    let one = retention.iter().find(|one| one.day == day);
    one.and_then(|one| one.rate)
        .map(|rate| rate.to_string())
        .unwrap_or_default()
}

fn columns() -> Vec<Column<GrowthCohort>> {
    let words = growth();
    let figures = Column::<GrowthCohort>::figures;
    vec![
        Column::<GrowthCohort>::new(
            "week",
            words.week,
            |row| {
                view! { <span class="whitespace-nowrap">{format_day(row.week)}</span> }.into_any()
            },
            |row| row.week.to_string(),
        )
        .sorted(|a, b| a.week.cmp(&b.week)),
        figures(
            "size",
            words.size,
            |row| count(row.size).into_any(),
            |row| row.size.to_string(),
        )
        .sorted(|a, b| a.size.cmp(&b.size)),
        figures(
            "invites",
            words.invites_per_user,
            |row| {
                row.invites_per_user
                    .map_or_else(|| none(row), |it| decimal(it, 2).into_any())
            },
            |row| {
                row.invites_per_user
                    .map(|it| it.to_string())
                    .unwrap_or_default()
            },
        ),
        figures("k", words.k_factor, k, |row| {
            row.k_factor.map(|it| it.to_string()).unwrap_or_default()
        }),
        figures(
            "referred_1",
            words.referred_1,
            |row| heat(&row.referred, 1),
            |row| plain(&row.referred, 1),
        ),
        figures(
            "unreferred_1",
            words.unreferred_1,
            |row| heat(&row.unreferred, 1),
            |row| plain(&row.unreferred, 1),
        ),
        figures(
            "referred_7",
            words.referred_7,
            |row| heat(&row.referred, 7),
            |row| plain(&row.referred, 7),
        ),
        figures(
            "unreferred_7",
            words.unreferred_7,
            |row| heat(&row.unreferred, 7),
            |row| plain(&row.unreferred, 7),
        ),
        figures(
            "referred_28",
            words.referred_28,
            |row| heat(&row.referred, 28),
            |row| plain(&row.referred, 28),
        ),
        figures(
            "unreferred_28",
            words.unreferred_28,
            |row| heat(&row.unreferred, 28),
            |row| plain(&row.unreferred, 28),
        ),
    ]
}

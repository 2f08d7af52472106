//! Who brings most.

use leptos::prelude::*;
use viral_engine_api_types::growth::GrowthReferrer;

use super::asked;
use crate::api::use_api;
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, RemoteView, user_text};
use crate::format::count;
use crate::i18n::growth;
use crate::live::use_live;
use crate::remote::Remote;

/// The table.
#[component]
pub fn Referrers() -> impl IntoView {
    let (api, live, words) = (use_api(), use_live(), growth());
    let remote = Remote::new(asked, move |query| async move {
        api.get_top_referrers(&query).await.map(|top| top.items)
    })
    .reload_on(move || live.data.get());
    let metric = Signal::stored(
        Metric::new(words.referrers, words.referrers_formula).docs("growth/get_top_referrers"),
    );
    view! {
        <RemoteView remote name=words.referrers lines=6 let:rows>
            <DataTable
                name="top-referrers"
                title=words.referrers
                rows
                columns=columns()
                key=|row| format!("{row:?}")
                sort_parameter="referrers"
                aside=move || view! { <InfoTip metric/> }
                empty=|| view! { <Empty title=growth().none_title detail=""/> }
            />
        </RemoteView>
    }
}

fn columns() -> Vec<Column<GrowthReferrer>> {
    let words = growth();
    let figures = Column::<GrowthReferrer>::figures;
    vec![
        Column::<GrowthReferrer>::new(
            "referrer",
            words.referrer,
            |row| user_text(&row.referrer).into_any(),
            |row| row.referrer.clone(),
        ),
        figures(
            "conversions",
            words.conversions,
            |row| count(row.conversions).into_any(),
            |row| row.conversions.to_string(),
        )
        .sorted(|a, b| a.conversions.cmp(&b.conversions)),
        figures(
            "clicks",
            words.clicks,
            |row| count(row.clicks).into_any(),
            |row| row.clicks.to_string(),
        )
        .sorted(|a, b| a.clicks.cmp(&b.clicks)),
        figures(
            "invites",
            words.invites,
            |row| count(row.invites).into_any(),
            |row| row.invites.to_string(),
        )
        .sorted(|a, b| a.invites.cmp(&b.invites)),
    ]
}

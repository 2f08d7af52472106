//! For how long what is held on people is kept.

use leptos::prelude::*;
use viral_engine_api_types::retention::RetentionRule;

use crate::api::use_api;
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, RemoteView};
use crate::format::count;
use crate::i18n::compliance;
use crate::remote::Remote;

/// The tab.
pub fn view() -> AnyView {
    let (api, words) = (use_api(), &compliance().data_requests);
    let remote = Remote::new(|| (), move |()| async move { api.list_retention().await });
    let metric = Signal::stored(
        Metric::new(words.retention, words.retention_help).docs("data_requests/list_retention"),
    );
    view! {
        <RemoteView remote name=words.retention lines=10 let:list>
            <p class="text-muted max-w-prose">{words.retention_help}</p>
            <DataTable<RetentionRule>
                name="retention"
                title=words.retention
                top=true
                rows=Signal::derive(move || list.with(|list| list.items.clone()))
                columns=columns()
                key=|it| format!("{} {}", it.name, it.days)
                find_parameter="find"
                aside=move || view! { <InfoTip metric/> }
                empty=move || view! { <Empty title=words.none_title detail=words.none_detail/> }
            />
        </RemoteView>
    }
    .into_any()
}

fn columns() -> Vec<Column<RetentionRule>> {
    let words = &compliance().data_requests;
    vec![
        Column::<RetentionRule>::new(
            "name",
            words.rule,
            |it| view! { <code>{it.name.clone()}</code> }.into_any(),
            |it| it.name.clone(),
        )
        .sorted(|a, b| a.name.cmp(&b.name)),
        Column::<RetentionRule>::figures(
            "days",
            words.kept_for,
            |it| count(it.days.into()).into_any(),
            |it| it.days.to_string(),
        )
        .sorted(|a, b| a.days.cmp(&b.days)),
        Column::<RetentionRule>::new(
            "what",
            words.rule_what,
            |it| it.what.clone().into_any(),
            |it| it.what.clone(),
        ),
        Column::<RetentionRule>::new(
            "what_de",
            words.rule_german,
            |it| view! { <span lang="de">{it.what_de.clone()}</span> }.into_any(),
            |it| it.what_de.clone(),
        ),
    ]
}

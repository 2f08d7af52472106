//! The compliance report: what the COPPA rule asks, clause by clause, and who sees to it.

use leptos::prelude::*;
use viral_engine_api_types::compliance::ComplianceClause;

use crate::api::use_api;
use crate::components::{Column, DataTable, Empty, InfoTip, Metric, RemoteView};
use crate::i18n::compliance;
use crate::remote::Remote;

/// The page.
pub fn view() -> AnyView {
    let (api, words) = (use_api(), &compliance().report);
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_compliance_report().await },
    );
    let metric = Signal::stored(
        Metric::new(words.clauses, words.help).docs("consents/get_compliance_report"),
    );
    view! {
        <RemoteView remote name=words.clauses lines=12 let:report>
            <p class="text-muted max-w-prose">
                {words.help} " " {move || report.with(|report| report.rule.clone())}
            </p>
            <DataTable<ComplianceClause>
                name="compliance"
                title=words.clauses
                top=true
                rows=Signal::derive(move || report.with(|report| report.clauses.clone()))
                columns=columns()
                key=|it| it.id.clone()
                find_parameter="find"
                aside=move || view! { <InfoTip metric/> }
                empty=move || view! { <Empty title=words.none_title detail=words.none_detail/> }
            />
        </RemoteView>
    }
    .into_any()
}

fn columns() -> Vec<Column<ComplianceClause>> {
    let words = &compliance().report;
    vec![
        Column::<ComplianceClause>::new(
            "clause",
            words.clause,
            |it| view! { <span class="whitespace-nowrap">{it.id.clone()}</span> }.into_any(),
            |it| it.id.clone(),
        ),
        Column::<ComplianceClause>::new(
            "asks",
            words.asks,
            |it| it.asks.clone().into_any(),
            |it| it.asks.clone(),
        ),
        Column::<ComplianceClause>::new("tests", words.tests, tests, |it| it.tests.join(" ")),
        Column::<ComplianceClause>::new(
            "human_duty",
            words.human_duty,
            |it| it.human_duty.clone().unwrap_or_default().into_any(),
            |it| it.human_duty.clone().unwrap_or_default(),
        ),
    ]
}

/// The names of the tests, which say what they show; their files as well.
fn tests(it: &ComplianceClause) -> AnyView {
    let lines = it.tests.iter().map(|test| {
        let (file, name) = test.split_once("::").unwrap_or(("", test));
        view! {
            <li>
                {name.replace('_', " ")}
                <span class="block text-xs text-muted">{file.to_owned()}</span>
            </li>
        }
    });
    view! { <ul class="flex flex-col gap-1">{lines.collect_view()}</ul> }.into_any()
}

//! How many consents of each scope are where in their life.

use leptos::prelude::*;
use viral_engine_api_types::consents::ConsentOverview;

use super::overview::metric;
use super::scope_view;
use super::tally::{Tally, by_scope};
use crate::components::{Column, DataTable, InfoTip};
use crate::format::count;
use crate::format::number::percent_or_none;
use crate::i18n::compliance;
use crate::router::{Query, Router};

/// The table.
#[component]
pub fn ByScope(overview: Signal<ConsentOverview>) -> impl IntoView {
    let words = &compliance().consents;
    let tip = Signal::stored(metric(words.by_scope, words.by_scope_formula));
    view! {
        <DataTable
            name="consents-by-scope"
            title=words.by_scope
            top=true
            rows=Signal::derive(move || overview.with(|it| by_scope(&it.counts)))
            columns=columns()
            key=|row| format!("{row:?}")
            sort_parameter="scopes"
            address=of_scope
            aside=move || view! { <InfoTip metric=tip/> }
            empty=|| ()
        />
    }
}

/// The list of the consents of a scope.
fn of_scope(row: &Tally, router: Router) -> String {
    router.href_with("/consents", &Query::new().and("scope", &row.scope))
}

fn columns() -> Vec<Column<Tally>> {
    let words = &compliance().consents;
    let figures = Column::<Tally>::figures;
    vec![
        Column::<Tally>::new(
            "scope",
            words.scope,
            |row| scope_view(&row.scope),
            |row| row.scope.clone(),
        )
        .sorted(|a, b| a.scope.cmp(&b.scope)),
        figures(
            "rate",
            words.rate,
            |row| {
                view! { <span class="whitespace-nowrap">{percent_or_none(row.rate())}</span> }
                    .into_any()
            },
            |row| row.rate().map(|rate| rate.to_string()).unwrap_or_default(),
        )
        .sorted(|a, b| a.rate().unwrap_or(0.0).total_cmp(&b.rate().unwrap_or(0.0))),
        figures(
            "all",
            words.all,
            |row| count(row.all()).into_any(),
            |row| row.all().to_string(),
        ),
        figures(
            "in_force",
            words.in_force,
            |row| count(row.in_force).into_any(),
            |row| row.in_force.to_string(),
        ),
        figures(
            "pending",
            words.pending,
            |row| count(row.pending).into_any(),
            |row| row.pending.to_string(),
        ),
        figures(
            "denied",
            words.denied,
            |row| count(row.denied).into_any(),
            |row| row.denied.to_string(),
        ),
        figures(
            "revoked",
            words.taken_back,
            |row| count(row.revoked).into_any(),
            |row| row.revoked.to_string(),
        ),
        figures(
            "expired",
            words.expired,
            |row| count(row.expired).into_any(),
            |row| row.expired.to_string(),
        ),
        figures(
            "reconsent",
            words.ask_again,
            |row| count(row.reconsent).into_any(),
            |row| row.reconsent.to_string(),
        ),
        figures(
            "other",
            words.other,
            |row| count(row.other).into_any(),
            |row| row.other.to_string(),
        ),
    ]
}

//! How users bring users: the K-factor with its loops, and the funnel with its cohorts.

mod cards;
mod cohorts;
mod forecast;
mod funnel;
mod loops;
mod referrers;
mod timeline;

use leptos::prelude::*;
use viral_engine_api_types::growth::Interval95;
use viral_engine_api_types::links::Channel;
use viral_engine_api_types::users::Persona;

use crate::components::{FilterBar, FilterSelect, FilterText};
use crate::format::decimal;
use crate::i18n::growth;
use crate::router::{Query, use_router};
use crate::view::use_view;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 5] = ["source", "channel", "persona", "campaign", "traffic"];
/// Those of them that the ledger of attribution knows.
const LEDGER_FILTERS: [&str; 4] = ["source", "channel", "persona", "campaign"];
/// Without what the guardrails flag, as the API calls it.
const VERIFIED: &str = "verified";

/// Decimal places of K.
const K_PLACES: usize = 3;

/// The page of the K-factor.
pub fn k_factor_view() -> AnyView {
    view! {
        <Filters/>
        <cards::Cards/>
        <loops::Loops/>
        <timeline::Timeline/>
        <div class="grid gap-4 items-start xl:grid-cols-2">
            <referrers::Referrers/>
            <forecast::Forecast/>
        </div>
    }
    .into_any()
}

/// The page of funnel and cohorts.
pub fn funnel_view() -> AnyView {
    view! {
        <Filters/>
        <funnel::Funnel/>
        <cohorts::Cohorts/>
    }
    .into_any()
}

/// What is asked of the API: the period of the view and the filters of the address.
fn asked() -> Query {
    asked_by(&FILTERS)
}

/// The same of the ledger of attribution.
pub fn asked_of_ledger() -> Query {
    asked_by(&LEDGER_FILTERS)
}

fn asked_by(names: &[&str]) -> Query {
    let filters = use_router().query.with(|query| query.only(names));
    use_view().api_query().merged(&filters)
}

/// The same, with the period before where the operator wants it.
fn asked_compared() -> Query {
    match use_view().compare.get() {
        true => asked().and("compare", "previous"),
        false => asked(),
    }
}

/// An interval as it stands behind its figure.
fn interval(interval: Interval95, places: usize) -> String {
    format!(
        "({}–{})",
        decimal(interval.low, places),
        decimal(interval.high, places)
    )
}

/// The interval of K as it stands behind it, if there is one; a rough one says so.
fn k_interval(given: Option<Interval95>, is_rough: bool) -> String {
    match given {
        None => String::new(),
        Some(given) if is_rough => format!("≈ {}", interval(given, 2)),
        Some(given) => interval(given, 2),
    }
}

/// The filters that all figures of growth share; those of the ledger of attribution leave nothing out.
#[component]
pub fn Filters(#[prop(optional)] of_ledger: bool) -> impl IntoView {
    let words = growth();
    let channel = |value: &str| {
        let known = Channel::ALL.into_iter().find(|one| one.as_str() == value);
        known.map_or_else(
            || value.to_owned(),
            |one| (growth().channel)(one).to_owned(),
        )
    };
    let persona = |value: &str| {
        let known = Persona::parse(value);
        known.map_or_else(
            || value.to_owned(),
            |one| (growth().persona)(one).to_owned(),
        )
    };
    let channels = Channel::ALL.map(|one| (one.as_str(), (words.channel)(one)));
    let personas = Persona::ALL.map(|one| (one.as_str(), (words.persona)(one)));
    let traffic = |_: &str| growth().verified.to_owned();
    let choices = vec![(VERIFIED, words.verified)];
    view! {
        <FilterBar named=vec![
            ("source", words.source, str::to_owned),
            ("channel", words.channel_filter, channel),
            ("persona", words.persona_filter, persona),
            ("campaign", words.campaign, str::to_owned),
            ("traffic", words.traffic, traffic),
        ]>
            <FilterText parameter="source" label=words.source/>
            <FilterSelect parameter="channel" label=words.channel_filter choices=channels.to_vec()/>
            <FilterSelect parameter="persona" label=words.persona_filter choices=personas.to_vec()/>
            <FilterText parameter="campaign" label=words.campaign/>
            {(!of_ledger).then(|| view! { <FilterSelect parameter="traffic" label=words.traffic choices=choices/> })}
        </FilterBar>
    }
}

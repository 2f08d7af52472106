//! How many consents are where, how long answers are pending, and what expires soon.

use leptos::prelude::*;
use viral_engine_api_types::consents::ConsentOverview;

use super::by_age::ByAge;
use super::by_scope::ByScope;
use super::tally::{Tally, share, total};
use crate::api::use_api;
use crate::components::{Metric, Note, RemoteView, Stat, Tone};
use crate::format::count;
use crate::format::number::percent_or_none;
use crate::i18n::compliance;
use crate::pulse::steady;
use crate::remote::Remote;

/// The figures.
#[component]
pub fn Overview() -> impl IntoView {
    let api = use_api();
    let beat = steady();
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_consent_overview().await },
    )
    .reload_on(move || beat.get());
    view! {
        <RemoteView remote name=compliance().consents.by_scope lines=6 let:overview>
            <Figures overview/>
        </RemoteView>
    }
}

#[component]
fn Figures(overview: Signal<ConsentOverview>) -> impl IntoView {
    // Where nobody was asked the list says what to do; a row of zeros would say nothing.
    let any = Memo::new(move |_| overview.with(|it| !it.counts.is_empty()));
    view! {
        <Show when=move || any.get()>
            <Stats overview/>
            <div class="grid gap-4 items-start xl:grid-cols-[minmax(0,2fr)_minmax(0,5fr)]">
                <ByAge overview/>
                <ByScope overview/>
            </div>
        </Show>
    }
}

/// What there is to know about a figure of the overview.
pub fn metric(name: &str, formula: &str) -> Metric {
    Metric::new(name, formula).docs("consents/get_consent_overview")
}

#[component]
fn Stats(overview: Signal<ConsentOverview>) -> impl IntoView {
    let words = &compliance().consents;
    let all = Memo::new(move |_| overview.with(|it| total(&it.counts)));
    let none = Signal::stored(None);
    let figure = move |title: &'static str,
                       formula: &'static str,
                       of: fn(&Tally) -> i64,
                       note: Signal<Option<Note>>| {
        let value = move || all.with(|all| count(of(all)));
        let basis = move || {
            all.with(|all| {
                let percent = percent_or_none(share(of(all), all.all()));
                (words.of_all)(&percent, &count(all.all()))
            })
        };
        view! {
            <Stat
                title
                value=Signal::derive(value)
                metric=Signal::stored(metric(title, formula))
                basis=Signal::derive(basis)
                note
            />
        }
    };
    let oldest = Signal::derive(move || {
        let oldest = overview.with(|it| it.pending.iter().map(|row| row.days).max());
        oldest.map(|days| Note {
            icon: None,
            words: (words.oldest)(days),
            tone: Tone::Neutral,
        })
    });
    let expiring = Memo::new(move |_| overview.with(|it| it.expiring));
    let soon = move || {
        let pending = all.with(|all| all.pending);
        let percent = percent_or_none(share(expiring.get(), pending));
        (words.of_pending)(&percent)
    };
    let formula = words.expiring_formula;
    view! {
        <div class="grid gap-4 grid-cols-2 xl:grid-cols-4">
            {figure(words.in_force, words.in_force_formula, |all| all.in_force, none)}
            {figure(words.pending, words.pending_formula, |all| all.pending, oldest)}
            <Stat
                title=words.expiring
                value=Signal::derive(move || count(expiring.get()))
                metric=Signal::stored(metric(words.expiring, formula))
                basis=Signal::derive(soon)
                note=none
            />
            {figure(words.refused, words.refused_formula, |all| all.denied + all.revoked, none)}
        </div>
    }
}

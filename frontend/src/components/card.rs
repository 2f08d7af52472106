//! Cards, and a figure in a card.

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::info_tip::{InfoTip, Metric};
use super::toast::Tone;
use crate::charts::Sparkline;

/// A card with a heading.
#[component]
pub fn Card(
    /// Heading.
    #[prop(into)]
    title: String,
    /// What there is to know about its figures.
    #[prop(optional, into)]
    metric: MaybeProp<Metric>,
    /// What stands at the right of the heading.
    #[prop(optional, into)]
    aside: ViewFn,
    children: Children,
) -> impl IntoView {
    let tip = move || {
        metric.get().is_some().then(|| {
            view! { <InfoTip metric=Signal::derive(move || metric.get().unwrap_or_default())/> }
        })
    };
    view! {
        <section class="card-box">
            <div class="card-head"><h2>{title}</h2>{tip}<span class="flex-1"></span>{aside.run()}</div>
            <div class="card-body">{children()}</div>
        </section>
    }
}

/// A change or remark below a figure: its direction is said by arrow, figure and word.
#[derive(Clone, Debug, PartialEq)]
pub struct Note {
    /// Arrow or mark.
    pub icon: Option<Icon>,
    /// Words with the figure.
    pub words: String,
    /// Whether that is good or bad.
    pub tone: Tone,
}

/// One figure with its explanation.
#[component]
pub fn Stat(
    /// What it is.
    title: &'static str,
    /// The figure.
    #[prop(into)]
    value: Signal<String>,
    /// Its unit, when the figure does not carry it.
    #[prop(optional, into)]
    unit: Signal<String>,
    /// What there is to know about it.
    #[prop(into)]
    metric: Signal<Metric>,
    /// Sample size or window, in a few words.
    #[prop(into)]
    basis: Signal<String>,
    /// A change or remark.
    #[prop(into)]
    note: Signal<Option<Note>>,
    /// How it went, oldest first; nothing with fewer than two values.
    #[prop(optional, into)]
    trend: Signal<Vec<f64>>,
    /// Where its details are.
    #[prop(optional, into)]
    href: MaybeProp<String>,
) -> impl IntoView {
    let note = move || {
        note.get().map(|note| {
            view! {
                <p class=format!("flex items-center gap-1 text-xs font-medium {}", note.tone.class())>
                    {note.icon.map(icon)} {note.words}
                </p>
            }
        })
    };
    let heading = move || match href.get() {
        Some(href) => view! { <a class="hover:underline" href=href>{title}</a> }.into_any(),
        None => title.into_any(),
    };
    view! {
        <section class="card-box">
            <div class="stat-head"><h2>{heading}</h2><InfoTip metric/></div>
            <div class="px-4 pb-3 flex-1 flex flex-col gap-1">
                <p><span class="stat-value">{value}</span> " " <span class="text-muted">{unit}</span></p>
                {note}
                <p class="stat-note empty:hidden">{basis}</p>
                <Show when=move || { trend.with(Vec::len) > 1 }><Sparkline values=trend/></Show>
            </div>
        </section>
    }
}

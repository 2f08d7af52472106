//! The time zone: UTC, the one of this computer, or any other.

use leptos::prelude::*;

use crate::browser::intl;
use crate::i18n::text;
use crate::view::use_view;

/// A native list, so that typing a name finds the zone.
#[component]
pub fn ZoneMenu() -> impl IntoView {
    let view = use_view();
    let local = intl::local_zone();
    let (shown_local, skipped) = (local.clone(), local.clone());
    let others = intl::zones()
        .into_iter()
        .filter(move |zone| *zone != skipped && zone != "UTC");
    // A zone of the address may be an alias that the browser knows but does not list.
    let listed = StoredValue::new(others.clone().collect::<Vec<_>>());
    let alias = move || {
        let zone = view.zone.get();
        let known =
            zone == "UTC" || zone == local || listed.with_value(|listed| listed.contains(&zone));
        (!known).then(|| view! { <option value=zone.clone()>{zone.clone()}</option> })
    };
    view! {
        <select
            class="select select-sm w-36"
            aria-label=text().frame.time_zone
            title=text().frame.time_zone
            prop:value=move || view.zone.get()
            on:change=move |event| view.set_zone(&event_target_value(&event))
        >
            <option value="UTC">"UTC"</option>
            {alias}
            {(shown_local != "UTC")
                .then(|| view! { <option value=shown_local.clone()>{(text().frame.zone_local)(&shown_local)}</option> })}
            <optgroup label=text().frame.zone_others>
                {others.map(|zone| view! { <option value=zone.clone()>{zone.clone()}</option> }).collect_view()}
            </optgroup>
        </select>
    }
}

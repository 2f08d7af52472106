//! What would be flagged with the values that are typed but not saved.

use std::time::Duration;

use leptos::leptos_dom::helpers::debounce;
use leptos::prelude::*;
use viral_engine_api_types::settings::{PreviewFigures, SettingsPreview, UpdateSettings};

use super::edits::{Edits, update};
use crate::api::use_api;
use crate::components::RemoteView;
use crate::format::number;
use crate::i18n::text;
use crate::remote::Remote;

/// The engine is asked when typing pauses, not at every key.
const PAUSE: Duration = Duration::from_millis(400);

/// The preview beside the form.
#[component]
pub fn Preview(edits: RwSignal<Edits>) -> impl IntoView {
    let texts = &text().settings;
    let settled = RwSignal::new(None::<UpdateSettings>);
    let mut after_pause = debounce(PAUSE, move |change| settled.set(change));
    Effect::new(move |_| after_pause(edits.with(update)));
    let changed = Memo::new(move |_| settled.with(Option::is_some));
    view! {
        <section class="card-box lg:sticky lg:top-4" aria-labelledby="preview-title">
            <div class="card-head"><h2 id="preview-title">{texts.preview_title}</h2></div>
            <div class="card-body flex flex-col gap-3">
                <p class="text-muted text-xs">{texts.preview_help}</p>
                <Show when=move || changed.get() fallback=move || view! { <p>{texts.preview_empty}</p> }>
                    <Answer settled/>
                </Show>
            </div>
        </section>
    }
}

#[component]
fn Answer(settled: RwSignal<Option<UpdateSettings>>) -> impl IntoView {
    let api = use_api();
    let values = move || {
        settled
            .get()
            .map(|change| change.values)
            .unwrap_or_default()
    };
    let preview = Remote::new(values, move |values| async move {
        api.preview_settings(&UpdateSettings { values }).await
    });
    view! {
        <RemoteView remote=preview name=text().settings.preview_title lines=6 let:preview>
            <Figures preview/>
        </RemoteView>
    }
}

type Row = (&'static str, fn(&PreviewFigures) -> String);

#[component]
fn Figures(preview: Signal<SettingsPreview>) -> impl IntoView {
    let texts = &text().settings;
    let rows: [Row; 6] = [
        (texts.health_score, |f| number::score(f.health_score)),
        (texts.flagged_ips, |f| number::count(f.flagged_ips)),
        (texts.shared_networks, |f| number::count(f.shared_networks)),
        (texts.flagged_devices, |f| number::count(f.flagged_devices)),
        (texts.flagged_referrers, |f| {
            number::count(f.flagged_referrers)
        }),
        (texts.open_alerts, |f| number::count(f.alerts)),
    ];
    let body = rows.map(|(name, read)| {
        let current = move || preview.with(|p| read(&p.current));
        let proposed = move || preview.with(|p| read(&p.proposed));
        let differs = move || current() != proposed();
        view! {
            <tr>
                <th scope="row" class="font-normal text-left py-1">{name}</th>
                <td class="num text-right">{current}</td>
                <td class="num text-right" class:font-semibold=differs>{proposed}</td>
            </tr>
        }
    });
    let warnings = move || {
        preview
            .with(|p| p.warnings.clone())
            .into_iter()
            .map(|warning| view! { <li>{warning}</li> })
            .collect_view()
    };
    view! {
        <table class="w-full text-sm">
            <thead>
                <tr class="text-muted text-xs">
                    <th scope="col" class="text-left font-normal">{texts.figure}</th>
                    <th scope="col" class="text-right font-normal">{texts.in_force}</th>
                    <th scope="col" class="text-right font-normal">{texts.proposed}</th>
                </tr>
            </thead>
            <tbody>{body}</tbody>
        </table>
        <ul class="tone-watch text-xs flex flex-col gap-1">{warnings}</ul>
    }
}

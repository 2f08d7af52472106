//! The operator's model and lookback, and making what is past by them.

use leptos::prelude::*;
use viral_engine_api_types::attribution::{
    AttributionModel, AttributionSettings, RecomputeAttribution, UpdateAttributionSettings,
};
use viral_engine_api_types::jobs::JobDetails;
use viral_engine_api_types::permissions::Permission;

use super::models;
use crate::api::use_api;
use crate::components::field::focus_on_failure;
use crate::components::{
    Card, Metric, RemoteView, SelectField, Submit, TextField, Tone, error_panel, use_toasts,
};
use crate::i18n::{growth, text};
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// Longest time that is computed anew at once: as far as touches can lie back.
const RECOMPUTED_DAYS: i64 = 90;

/// The settings; those who may change them have a form.
#[component]
pub fn Settings() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let words = &growth().attribution;
    let remote = Remote::new(
        || (),
        move |()| async move { api.get_attribution_settings().await },
    );
    let metric = Metric::new(words.settings, words.settings_help)
        .docs("attribution/update_attribution_settings");
    let may = move || session.may(Permission::SettingsWrite);
    view! {
        <Card title=words.settings metric=metric>
            <RemoteView remote name=words.settings lines=3 let:settings>
                <Show when=may fallback=move || view! { <Shown settings/> }>
                    <Form settings remote/>
                    <Recompute/>
                </Show>
            </RemoteView>
        </Card>
    }
}

#[component]
fn Shown(settings: Signal<AttributionSettings>) -> impl IntoView {
    let words = &growth().attribution;
    view! {
        <dl class="facts">
            <dt>{words.model}</dt>
            <dd>{move || (words.model_name)(settings.with(|it| it.model))}</dd>
            <dt>{words.lookback}</dt>
            <dd>{move || settings.with(|it| it.lookback_days)}</dd>
        </dl>
    }
}

#[component]
fn Form(
    settings: Signal<AttributionSettings>,
    remote: Remote<AttributionSettings>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let words = &growth().attribution;
    let read = settings.get_untracked();
    let model = RwSignal::new(read.model.as_str().to_owned());
    let lookback = RwSignal::new(read.lookback_days.to_string());
    let submit = Submit::new(
        move |(read, body): (AttributionSettings, UpdateAttributionSettings)| async move {
            api.update_attribution_settings(read.version, &body).await
        },
        move |_: AttributionSettings| {
            toasts.show(Tone::Good, words.saved.to_owned());
            remote.reload();
        },
    );
    focus_on_failure(submit.error);
    let chosen = move || {
        let named = |one: &AttributionModel| model.with(|model| one.as_str() == model.as_str());
        AttributionModel::ALL
            .into_iter()
            .find(named)
            .unwrap_or_default()
    };
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let body = UpdateAttributionSettings {
            model: untrack(chosen),
            // What is no number is refused by the engine, which says what is one.
            lookback_days: lookback.with_untracked(|days| days.trim().parse().unwrap_or(0)),
        };
        submit.run((settings.get_untracked(), body));
    };
    let error = Signal::derive(move || submit.error.get()?.field("/lookback_days"));
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <div class="grid gap-4 sm:grid-cols-2">
                <SelectField label=words.model value=model choices=models()/>
                <TextField label=words.lookback value=lookback inputmode="numeric" error/>
            </div>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>
                    {text().actions.save}
                </button>
            </div>
        </form>
    }
}

#[component]
fn Recompute() -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let words = &growth().attribution;
    let submit = Submit::new(
        move |body: RecomputeAttribution| async move { api.recompute_attribution(&body).await },
        move |job: JobDetails| router.go_to(&format!("/jobs/{}", job.job.id)),
    );
    let run = move |_| {
        let to = crate::browser::now();
        let from = to - chrono::TimeDelta::days(RECOMPUTED_DAYS);
        submit.run(RecomputeAttribution { from, to });
    };
    view! {
        <p class="text-muted max-w-prose mt-4">{words.recompute_help}</p>
        {move || submit.error.get().map(|error| error_panel(&error))}
        <button type="button" class="btn mt-2" on:click=run disabled=move || submit.pending.get()>
            {words.recompute}
        </button>
    }
}

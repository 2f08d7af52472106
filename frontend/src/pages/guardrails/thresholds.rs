//! Trying other thresholds: what would be flagged is shown before anything is saved. Seen on this page alone, or
//! saved for everybody by those who may.

use std::collections::BTreeMap;
use std::time::Duration;

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::settings::{
    PreviewFigures, Setting, SettingList, SettingsPreview, UpdateSettings,
};

use super::overrides::OVERRIDES;
use crate::api::{ApiError, Tagged, use_api};
use crate::components::field::focus_first_error;
use crate::components::{Drawer, RemoteView, Submit, TextField, Tone, error_panel, use_toasts};
use crate::format::{count, score};
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::{Visit, use_router};
use crate::routes::page_at;
use crate::session::use_session;

/// The settings that can be tried on this page, in the order of [`OVERRIDES`].
const KEYS: [&str; 4] = [
    "FRAUD_DETECTION_THRESHOLD",
    "BOT_DETECTION_TIME_WINDOW",
    "BOT_DETECTION_MIN_CLICKS",
    "CONVERSION_ANOMALY_RATE_THRESHOLD",
];
/// The engine is asked once the operator pauses.
const PAUSE: Duration = Duration::from_millis(400);

/// The drawer.
#[component]
pub fn ThresholdDrawer(open: RwSignal<bool>) -> impl IntoView {
    let words = &text().guardrails.thresholds;
    view! {
        <Drawer
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(words.title.to_owned())
        >
            <Loaded open/>
        </Drawer>
    }
}

#[component]
fn Loaded(open: RwSignal<bool>) -> impl IntoView {
    let api = use_api();
    let remote = Remote::new(|| (), move |()| async move { api.list_settings().await });
    view! {
        <p class="text-muted">{text().guardrails.thresholds.help}</p>
        <RemoteView remote name=text().guardrails.thresholds.title let:settings>
            <Trial settings=settings.get_untracked() remote open/>
        </RemoteView>
    }
}

/// A setting that is being tried.
#[derive(Clone)]
struct Tried {
    setting: Setting,
    typed: RwSignal<String>,
}

impl Tried {
    /// What was typed, when it is a valid value.
    fn value(&self) -> Option<f64> {
        let value: f64 = self.typed.with(|typed| typed.trim().parse().ok())?;
        let whole = !self.setting.whole || value.fract() == 0.0;
        let inside = value >= self.setting.min && self.setting.max.is_none_or(|max| value <= max);
        Some(value).filter(|_| whole && inside)
    }

    fn parameter(&self) -> &'static str {
        let place = KEYS.iter().position(|key| *key == self.setting.key);
        place.map_or("", |place| OVERRIDES[place])
    }
}

#[component]
fn Trial(
    settings: Tagged<SettingList>,
    remote: Remote<Tagged<SettingList>>,
    open: RwSignal<bool>,
) -> impl IntoView {
    let (api, router, session) = (use_api(), use_router(), use_session());
    let (toasts, live) = (use_toasts(), use_live());
    let words = &text().guardrails.thresholds;
    let seen = router.query.get_untracked();
    let tried: Vec<Tried> = KEYS
        .iter()
        .zip(OVERRIDES)
        .filter_map(|(key, parameter)| {
            let setting = settings
                .value
                .items
                .iter()
                .find(|setting| setting.key == *key)?
                .clone();
            let shown = seen
                .get(parameter)
                .map_or_else(|| plain(setting.value), str::to_owned);
            Some(Tried {
                setting,
                typed: RwSignal::new(shown),
            })
        })
        .collect();
    let tried = StoredValue::new(tried);
    let etag = StoredValue::new(settings.etag);
    let values = Memo::new(move |_| tried.with_value(|tried| changes(tried)));
    let preview = Remote::new(
        {
            let settled = settled(values);
            move || settled.get()
        },
        move |values: Option<BTreeMap<String, Option<f64>>>| async move {
            match values.filter(|values| !values.is_empty()) {
                Some(values) => api
                    .preview_settings(&UpdateSettings { values })
                    .await
                    .map(Some),
                None => Ok(None),
            }
        },
    );
    let show = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let Some(_) = values.get_untracked() else {
            return focus_first_error();
        };
        let chosen =
            tried.with_value(|tried| untrack(|| tried.iter().map(chosen).collect::<Vec<_>>()));
        let changes: Vec<_> = chosen
            .iter()
            .map(|(name, value)| (*name, value.as_deref()))
            .collect();
        open.set(false);
        router.set(&changes, Visit::Push);
    };
    let save = Submit::new(
        move |update: UpdateSettings| async move {
            api.update_settings(&update, &etag.get_value()).await
        },
        move |_| {
            open.set(false);
            router.set(&OVERRIDES.map(|name| (name, None)), Visit::Replace);
            live.refresh();
            toasts.show(Tone::Good, words.saved);
        },
    );
    Effect::new(move |_| {
        // Somebody else was faster: what they saved is read, what was typed here stays.
        if save
            .error
            .with(|error| error.as_ref().and_then(ApiError::code))
            == Some(ErrorCode::PreconditionFailed)
        {
            remote.reload();
            toasts.show(Tone::Watch, words.changed_meanwhile);
        }
    });
    Effect::new(move |_| {
        if let Some(read) = remote.data.get() {
            etag.set_value(read.etag);
        }
    });
    let send = move |_| match values.get_untracked() {
        Some(values) if !values.is_empty() => save.run(UpdateSettings { values }),
        Some(_) => {}
        None => focus_first_error(),
    };
    let unchanged = move || values.with(|values| values.as_ref().is_none_or(BTreeMap::is_empty));
    let editor = move || {
        page_at("/settings").is_some().then(
            || view! { <a class="link" href=router.href("/settings")>{words.all_settings}</a> },
        )
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=show>
            {tried.with_value(|tried| tried.iter().cloned().map(field).collect_view())}
            <section class="flex flex-col gap-2">
                <h3>{words.preview}</h3>
                <p class="text-xs text-muted">{words.preview_help}</p>
                {move || preview.error.get().map(|error| error_panel(&error))}
                {move || preview.data.get().flatten().map(comparison)}
            </section>
            {move || save.error.get().map(|error| error_panel(&error))}
            <div class="flex flex-wrap items-center justify-end gap-2">
                {editor}
                <span class="flex-1"></span>
                <button type="submit" class="btn">{words.show_here}</button>
                <Show when=move || session.may(Permission::SettingsWrite)>
                    <button
                        type="button"
                        class="btn btn-primary"
                        disabled=move || unchanged() || save.pending.get()
                        on:click=send
                    >
                        {words.save}
                    </button>
                </Show>
            </div>
        </form>
    }
}

fn field(tried: Tried) -> impl IntoView {
    let words = &text().guardrails.thresholds;
    let (min, max) = (plain(tried.setting.min), tried.setting.max.map(plain));
    let range = (words.range)(&min, max.as_deref(), &tried.setting.unit);
    let help = format!("{} {range}.", tried.setting.purpose);
    let name = (text().settings.name)(&tried.setting.key)
        .map_or_else(|| tried.setting.key.clone(), str::to_owned);
    let typed = tried.typed;
    let error = Signal::derive(move || {
        tried
            .value()
            .is_none()
            .then(|| (words.bad_number)(&min, max.as_deref()))
    });
    view! { <TextField label=name value=typed inputmode="decimal" help error/> }
}

/// The values that differ from the saved ones; none when one is not valid.
fn changes(tried: &[Tried]) -> Option<BTreeMap<String, Option<f64>>> {
    let values: Option<Vec<_>> = tried
        .iter()
        .map(|tried| Some((tried, tried.value()?)))
        .collect();
    let differs = |(tried, value): &(&Tried, f64)| *value != tried.setting.value;
    let entry = |(tried, value): (&Tried, f64)| (tried.setting.key.clone(), Some(value));
    Some(values?.into_iter().filter(differs).map(entry).collect())
}

/// A parameter of the address; none when the value is the saved one.
fn chosen(tried: &Tried) -> (&'static str, Option<String>) {
    (
        tried.parameter(),
        tried
            .value()
            .filter(|value| *value != tried.setting.value)
            .map(plain),
    )
}

fn plain(value: f64) -> String {
    value.to_string()
}

/// Follows the values once they have been still for a moment.
fn settled<T: Clone + PartialEq + Send + Sync + 'static>(values: Memo<T>) -> RwSignal<T> {
    let settled = RwSignal::new(values.get_untracked());
    Effect::new(move |_| {
        let now = values.get();
        set_timeout(
            move || {
                if values
                    .try_get_untracked()
                    .is_some_and(|latest| latest == now)
                {
                    // The drawer may be closed by now.
                    let _ = settled.try_set(now);
                }
            },
            PAUSE,
        );
    });
    settled
}

fn comparison(preview: SettingsPreview) -> impl IntoView {
    let words = &text().guardrails.thresholds;
    let figure = |name: &'static str, of: fn(&PreviewFigures) -> String| {
        let (now, then) = (of(&preview.current), of(&preview.proposed));
        let class = if now == then {
            "right"
        } else {
            "right font-semibold"
        };
        view! { <tr><th scope="row">{name}</th><td class="right">{now}</td><td class=class>{then}</td></tr> }
    };
    let warnings = preview
        .warnings
        .iter()
        .map(|warning| view! { <li class="tone-watch">{warning.clone()}</li> });
    view! {
        <table class="data compact">
            <thead>
                <tr>
                    <th scope="col">{words.measure}</th>
                    <th scope="col" class="right">{words.now}</th>
                    <th scope="col" class="right">{words.proposed}</th>
                </tr>
            </thead>
            <tbody>
                {figure(words.flagged_ips, |it| count(it.flagged_ips))}
                {figure(words.shared, |it| count(it.shared_networks))}
                {figure(words.devices, |it| count(it.flagged_devices))}
                {figure(words.referrers, |it| count(it.flagged_referrers))}
                {figure(words.score, |it| score(it.health_score))}
                {figure(words.alerts, |it| count(it.alerts))}
            </tbody>
        </table>
        <ul class="list-disc pl-5">{warnings.collect_view()}</ul>
    }
}

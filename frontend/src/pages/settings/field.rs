//! One setting: its value, what it does, where the value comes from, and the way back to the default.

use leptos::prelude::*;
use viral_engine_api_types::settings::{Setting, SettingList, SettingSource};

use super::edits::{Edit, Edits, fault, shown, typed};
use crate::api::{ApiError, Tagged};
use crate::components::{Field, FieldControl};
use crate::i18n::text;

/// A setting's field.
#[component]
pub fn SettingField(
    /// All settings, as the engine has them.
    list: Signal<Tagged<SettingList>>,
    /// What was typed.
    edits: RwSignal<Edits>,
    /// Which setting.
    key: String,
    /// Whether the operator may change it.
    may_write: Signal<bool>,
    /// Why saving failed.
    error: RwSignal<Option<ApiError>>,
) -> impl IntoView {
    let key = StoredValue::new(key);
    let setting = Memo::new(move |_| {
        list.with(|list| {
            key.with_value(|key| list.value.items.iter().find(|s| s.key == *key).cloned())
        })
    });
    let with = move |read: fn(&Setting) -> String| {
        Signal::derive(move || setting.with(|s| s.as_ref().map(read).unwrap_or_default()))
    };
    let wrong = Signal::derive(move || {
        let own = setting.with(|s| {
            let of = |edits: &Edits| list.with(|list| fault(s.as_ref()?, &list.value.items, edits));
            edits.with(of)
        });
        own.or_else(|| {
            let pointer = key.with_value(|key| format!("/values/{key}"));
            error.with(|error| error.as_ref().and_then(|error| error.field(&pointer)))
        })
    });
    let help = setting.with_untracked(|s| s.as_ref().map(help).unwrap_or_default());
    let input = move |control: FieldControl| {
        let value = move || {
            setting.with(|s| {
                edits.with(|edits| s.as_ref().map(|s| shown(s, edits)).unwrap_or_default())
            })
        };
        let unit = with(|s| s.unit.clone());
        view! {
            <div class="flex flex-wrap items-center gap-2">
                <input
                    class="input num max-w-32"
                    id=control.id()
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-describedby=move || control.described()
                    aria-invalid=move || control.invalid()
                    prop:value=value
                    on:input:target=move |event| {
                        let text = event.target().value();
                        if let Some(setting) = setting.get_untracked() {
                            edits.update(|edits| typed(edits, &setting, text));
                        }
                    }
                />
                <span class="text-muted">{unit}</span>
                <Source setting/>
                <Reset setting edits/>
            </div>
        }
        .into_any()
    };
    let warning = move || {
        setting
            .with(|s| s.as_ref().and_then(|s| s.warning.clone()))
            .map(|warning| view! { <p class="tone-watch text-xs mt-1">{warning}</p> })
    };
    let (name, help) = (with(name_of), StoredValue::new(help));
    let editor = move || {
        view! { <Field label=name help=help.get_value() error=wrong children=input/> }.into_any()
    };
    // Who may not change it reads it as text: an input would promise what the engine refuses.
    let reader = move || {
        view! {
            <div class="field">
                <p class="font-medium">{name}</p>
                <p class="flex flex-wrap items-center gap-2">
                    <span class="num">{with(|s| s.value.to_string())}</span>
                    <span class="text-muted">{with(|s| s.unit.clone())}</span>
                    <Source setting/>
                </p>
                <p class="field-help">{help.get_value()}</p>
            </div>
        }
        .into_any()
    };
    view! {
        <div>
            {move || if may_write.get() { editor() } else { reader() }}
            {warning}
        </div>
    }
}

/// What a setting is called.
fn name_of(setting: &Setting) -> String {
    (text().settings.name)(&setting.key).map_or_else(|| setting.key.clone(), str::to_owned)
}

fn help(setting: &Setting) -> String {
    format!(
        "{} {}",
        setting.purpose,
        (text().settings.range)(setting.min, setting.max, setting.default)
    )
}

fn source_of(setting: Memo<Option<Setting>>) -> Option<SettingSource> {
    setting.with(|s| s.as_ref().map(|s| s.source))
}

/// Where the value comes from, and the name it has there.
#[component]
fn Source(setting: Memo<Option<Setting>>) -> impl IntoView {
    let texts = &text().settings;
    let words = move || match source_of(setting) {
        Some(SettingSource::Override) => texts.from_override,
        Some(SettingSource::Environment) => texts.from_environment,
        Some(SettingSource::Default) | None => texts.from_default,
    };
    let key = move || setting.with(|s| s.as_ref().map(|s| s.key.clone()));
    view! {
        <span class="tag tone-neutral">{words}</span>
        <code class="text-xs text-muted break-all">{key}</code>
    }
}

/// The way back to the default.
#[component]
fn Reset(setting: Memo<Option<Setting>>, edits: RwSignal<Edits>) -> impl IntoView {
    let texts = &text().settings;
    let overridden = move || source_of(setting) == Some(SettingSource::Override);
    let reset = move |_| {
        if let Some(setting) = setting.get_untracked() {
            edits.update(|edits| drop(edits.insert(setting.key, Edit::Reset)));
        }
    };
    let label = move || setting.with(|s| s.as_ref().map(|s| (texts.reset_of)(&name_of(s))));
    view! {
        <Show when=overridden>
            <button type="button" class="btn btn-ghost btn-sm" aria-label=label on:click=reset>
                {texts.reset}
            </button>
        </Show>
    }
}

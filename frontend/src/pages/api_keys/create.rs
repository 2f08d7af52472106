//! Making a key: a name, what it may do, and until when.

use std::collections::BTreeSet;

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::api_keys::{CreateApiKey, CreatedApiKey};
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, SelectField, Submit, TextField, error_panel};
use crate::drafts::{draft, draft_as, draft_or, forget};
use crate::forms::field_error;
use crate::i18n::text;

/// Scopes that are chosen.
type Chosen = BTreeSet<&'static str>;

/// Scopes a key may have.
fn grantable() -> impl Iterator<Item = &'static str> {
    Permission::ALL
        .iter()
        .filter(|permission| permission.grantable_to_api_key())
        .map(|permission| permission.as_str())
}

fn read_scopes(text: &str) -> Option<Chosen> {
    let words: BTreeSet<&str> = text.split(' ').collect();
    Some(grantable().filter(|scope| words.contains(scope)).collect())
}

fn write_scopes(chosen: &Chosen) -> String {
    chosen.iter().copied().collect::<Vec<_>>().join(" ")
}

/// The dialog.
#[component]
pub fn CreateKeyDialog(open: RwSignal<bool>, created: Callback<CreatedApiKey>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(text().api_keys.create.to_owned())
        >
            <Form open created/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>, created: Callback<CreatedApiKey>) -> impl IntoView {
    let api = use_api();
    let texts = &text().api_keys;
    let (name, days) = (draft("api-key.name"), draft_or("api-key.days", "365"));
    let scopes = draft_as("api-key.scopes", Chosen::new(), read_scopes, write_scopes);
    let checked = RwSignal::new(false);
    let form = move || CreateApiKey {
        name: name.get().trim().to_owned(),
        scopes: scopes.get().into_iter().map(str::to_owned).collect(),
        expires_in_days: days.get().parse().ok(),
    };
    let submit = Submit::new(
        move |key: CreateApiKey| async move { api.create_api_key(&key).await },
        move |answer| {
            forget("api-key");
            created.run(answer);
        },
    );
    let error = move |field: &'static str| {
        Signal::derive(move || {
            let own = checked.get().then(|| form().validate().err()).flatten();
            own.and_then(|errors| field_error(&errors, field))
                .or_else(|| submit.error.get()?.field(&format!("/{field}")))
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let key = untrack(form);
        if key.validate().is_ok() {
            submit.run(key);
        } else {
            focus_first_error();
        }
    };
    let lifetimes = vec![
        ("30", texts.days_30),
        ("90", texts.days_90),
        ("365", texts.days_365),
        ("", texts.never),
    ];
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <TextField label=texts.name value=name help=texts.name_help error=error("name")/>
            <Scopes scopes error=error("scopes")/>
            <SelectField label=texts.expires value=days choices=lifetimes/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("api-key");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{texts.create}</button>
            </div>
        </form>
    }
}

/// Every permission a key may have, as a box each.
#[component]
fn Scopes(scopes: RwSignal<Chosen>, #[prop(into)] error: Signal<Option<String>>) -> impl IntoView {
    let texts = &text().api_keys;
    let boxes = grantable().map(|scope| {
        let toggle = move |event: web_sys::Event| {
            let chosen = event_target_checked(&event);
            scopes.update(|scopes| {
                if chosen {
                    scopes.insert(scope);
                } else {
                    scopes.remove(scope);
                }
            });
        };
        view! {
            <label class="flex items-center gap-2">
                <input
                    type="checkbox"
                    class="checkbox checkbox-sm"
                    prop:checked=move || scopes.with(|scopes| scopes.contains(scope))
                    aria-invalid=move || error.with(Option::is_some).then_some("true")
                    on:change=toggle
                />
                <code>{scope}</code>
            </label>
        }
    });
    view! {
        <fieldset class="field">
            <legend>{texts.scopes}</legend>
            <div class="grid sm:grid-cols-2 gap-1 mt-1">{boxes.collect_view()}</div>
            <p class="field-error" role="alert" hidden=move || error.with(Option::is_none)>{error}</p>
        </fieldset>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chosen_scopes_are_read_as_they_were_written() {
        let chosen: Chosen = grantable().take(2).collect();
        assert_eq!(read_scopes(&write_scopes(&chosen)), Some(chosen));
        assert_eq!(read_scopes("no:such"), Some(Chosen::new()));
    }
}

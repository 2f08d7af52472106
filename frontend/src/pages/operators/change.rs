//! Changing an operator: role, a new set-up link, no more sign-in.

use leptos::prelude::*;
use leptos::task::spawn_local;
use viral_engine_api_types::operators::{
    Operator, OperatorInvitation, OperatorStatus, UpdateOperator,
};
use viral_engine_api_types::permissions::Role;

use super::role_choices;
use crate::api::{Api, use_api};
use crate::components::{
    Dialog, SelectField, Submit, TextField, Toasts, Tone, error_panel, use_toasts,
};
use crate::i18n::text;

/// The dialog.
#[component]
pub fn ChangeOperatorDialog(
    /// The operator that is changed; none while the dialog is closed.
    operator: RwSignal<Option<Operator>>,
    /// Gets a new set-up link.
    invited: Callback<OperatorInvitation>,
    /// Called after a change.
    changed: Callback<()>,
) -> impl IntoView {
    let title = move || operator.with(|o| o.as_ref().map(|o| o.email.clone()).unwrap_or_default());
    view! {
        <Dialog
            open=Signal::derive(move || operator.with(Option::is_some))
            on_close=Callback::new(move |()| operator.set(None))
            title=Signal::derive(title)
        >
            {move || operator.get_untracked().map(|shown| view! { <Form shown operator invited changed/> })}
        </Dialog>
    }
}

#[component]
fn Form(
    shown: Operator,
    operator: RwSignal<Option<Operator>>,
    invited: Callback<OperatorInvitation>,
    changed: Callback<()>,
) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let texts = &text().operators;
    let (id, version) = (shown.id, shown.version);
    let name = RwSignal::new(shown.name.clone());
    let role = RwSignal::new(shown.role.as_str().to_owned());
    let submit = Submit::new(
        move |update: UpdateOperator| async move { api.update_operator(id, version, &update).await },
        move |_| {
            operator.set(None);
            changed.run(());
            toasts.show(Tone::Good, text().states.saved);
        },
    );
    let switched = Submit::new(
        move |disabled: bool| async move {
            let update = UpdateOperator {
                disabled: Some(disabled),
                ..UpdateOperator::default()
            };
            api.update_operator(id, version, &update).await
        },
        move |after: Operator| {
            operator.set(None);
            changed.run(());
            tell_switched(api, toasts, after, changed);
        },
    );
    let link = Submit::new(
        move |()| async move { api.create_setup_link(id).await },
        move |answer| invited.run(answer),
    );
    let save = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        submit.run(UpdateOperator {
            name: Some(name.get_untracked().trim().to_owned()),
            role: Role::parse(&role.get_untracked()),
            disabled: None,
        });
    };
    let disabled = shown.status == OperatorStatus::Disabled;
    let switch = move |_| {
        switched.run(!disabled);
    };
    let failure = move || {
        let own = submit.error.get().or_else(|| switched.error.get());
        own.or_else(|| link.error.get())
    };
    let name_error = Signal::derive(move || submit.error.get()?.field("/name"));
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=save>
            <TextField label=texts.name value=name error=name_error/>
            <SelectField label=texts.role value=role choices=role_choices() help=texts.role_help/>
            {move || failure().map(|error| error_panel(&error))}
            <div class="flex flex-wrap justify-end gap-2">
                <button type="button" class="btn" disabled=move || link.pending.get() on:click=move |_| link.run(())>
                    {texts.new_setup_link}
                </button>
                <button type="button" class="btn" disabled=move || switched.pending.get() on:click=switch>
                    {if disabled { texts.enable } else { texts.disable }}
                </button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>
                    {text().actions.save}
                </button>
            </div>
            <p class="text-muted text-xs">{texts.disable_help}</p>
        </form>
    }
}

/// Says who can sign in or not any more. Disabling can be taken back, as one press does it.
fn tell_switched(api: Api, toasts: Toasts, after: Operator, changed: Callback<()>) {
    let texts = &text().operators;
    if after.status != OperatorStatus::Disabled {
        return toasts.show(Tone::Good, (texts.enabled_toast)(&after.email));
    }
    let (id, version) = (after.id, after.version);
    toasts.show_with_undo((texts.disabled_toast)(&after.email), move || {
        spawn_local(async move {
            let update = UpdateOperator {
                disabled: Some(false),
                ..UpdateOperator::default()
            };
            match api.update_operator(id, version, &update).await {
                // The list may be gone by now; then there is none to read again.
                Ok(_) => drop(changed.try_run(())),
                Err(error) => toasts.show_error(&error),
            }
        });
    });
}

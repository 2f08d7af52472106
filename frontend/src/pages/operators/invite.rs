//! Inviting an operator: address, name, role; the answer is a one-time set-up link.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::operators::{CreateOperator, OperatorInvitation};
use viral_engine_api_types::permissions::Role;

use super::role_choices;
use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, SelectField, Submit, TextField, error_panel};
use crate::drafts::{draft, draft_or, forget};
use crate::forms::field_error;
use crate::i18n::text;

/// The dialog.
#[component]
pub fn InviteDialog(open: RwSignal<bool>, invited: Callback<OperatorInvitation>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(text().operators.invite.to_owned())
        >
            <Form open invited/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>, invited: Callback<OperatorInvitation>) -> impl IntoView {
    let api = use_api();
    let texts = &text().operators;
    let (email, name) = (draft("invite.email"), draft("invite.name"));
    let role = draft_or("invite.role", Role::Viewer.as_str());
    let checked = RwSignal::new(false);
    let form = move || CreateOperator {
        email: email.get().trim().to_owned(),
        name: name.get().trim().to_owned(),
        role: Role::parse(&role.get()).unwrap_or(Role::Viewer),
    };
    let submit = Submit::new(
        move |operator: CreateOperator| async move { api.create_operator(&operator).await },
        move |answer| {
            forget("invite");
            invited.run(answer);
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
        let operator = untrack(form);
        if operator.validate().is_ok() {
            submit.run(operator);
        } else {
            focus_first_error();
        }
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <TextField label=texts.email value=email kind="email" error=error("email")/>
            <TextField label=texts.name value=name error=error("name")/>
            <SelectField label=texts.role value=role choices=role_choices() help=texts.role_help/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("invite");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{texts.invite}</button>
            </div>
        </form>
    }
}

//! Asking for a copy of everything that is held on a user, or for its deletion.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::data_requests::{CreateDataRequest, DataRequest, DataRequestKind};

use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, Submit, TextField, error_panel};
use crate::drafts::{draft_or, forget};
use crate::forms::field_error;
use crate::i18n::{compliance, text};
use crate::router::use_router;

/// The dialog; `created` gets the request.
#[component]
pub fn CreateDialog(open: RwSignal<bool>, created: Callback<DataRequest>) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(compliance().data_requests.create.to_owned())
        >
            <Form open created/>
        </Dialog>
    }
}

#[component]
fn Form(open: RwSignal<bool>, created: Callback<DataRequest>) -> impl IntoView {
    let (api, words) = (use_api(), &compliance().data_requests);
    // A list of one user's requests asks about that user.
    let filter = use_router().parameter("user").get_untracked();
    let user = draft_or("data-request.user", &filter.unwrap_or_default());
    // A deletion is never what is chosen before anybody chooses.
    let kind = RwSignal::new(DataRequestKind::Export);
    let again = RwSignal::new(String::new());
    let checked = RwSignal::new(false);
    let request = move || CreateDataRequest {
        kind: kind.get(),
        user: user.with(|user| user.trim().to_owned()),
    };
    let deletes = move || kind.get() == DataRequestKind::Deletion;
    let is_confirmed = move || !deletes() || again.with(|again| again.trim() == request().user);
    let submit = Submit::new(
        move |request: CreateDataRequest| async move { api.create_data_request(&request).await },
        move |request| {
            forget("data-request");
            created.run(request);
        },
    );
    let user_error = Signal::derive(move || {
        let own = checked.get().then(|| request().validate().err()).flatten();
        own.and_then(|errors| field_error(&errors, "user"))
            .or_else(|| submit.error.get()?.field("/user"))
    });
    let again_error = Signal::derive(move || {
        (checked.get() && !is_confirmed()).then(|| words.confirm_wrong.to_owned())
    });
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let request = untrack(request);
        if request.validate().is_ok() && untrack(is_confirmed) {
            submit.run(request);
        } else {
            focus_first_error();
        }
    };
    let class = move || match deletes() {
        true => "btn btn-error",
        false => "btn btn-primary",
    };
    let action = move || match deletes() {
        true => words.ask_deletion,
        false => words.ask_export,
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <p class="text-muted">{words.create_help}</p>
            <TextField label=words.user value=user help=words.user_help error=user_error/>
            <Kinds kind/>
            <Show when=deletes>
                <TextField label=words.confirm_user value=again error=again_error/>
            </Show>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("data-request");
                    open.set(false);
                }>{text().actions.cancel}</button>
                <button type="submit" class=class disabled=move || submit.pending.get()>{action}</button>
            </div>
        </form>
    }
}

/// What is asked for, with what it means.
#[component]
fn Kinds(kind: RwSignal<DataRequestKind>) -> impl IntoView {
    let words = &compliance().data_requests;
    let one = move |this: DataRequestKind, name: &'static str, help: &'static str| {
        view! {
            <label class="flex items-start gap-2">
                <input
                    type="radio"
                    name="data-request-kind"
                    class="radio radio-sm"
                    prop:checked=move || kind.get() == this
                    on:change=move |_| kind.set(this)
                />
                <span>{name} <span class="block text-xs text-muted">{help}</span></span>
            </label>
        }
    };
    view! {
        <fieldset class="field">
            <legend class="font-medium">{words.what}</legend>
            <div class="flex flex-col gap-2 mt-1">
                {one(DataRequestKind::Export, words.export_choice, words.export_help)}
                {one(DataRequestKind::Deletion, words.deletion_choice, words.deletion_help)}
            </div>
        </fieldset>
    }
}

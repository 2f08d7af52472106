//! Marking a network as an institution's.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::institution_networks::CreateInstitutionNetwork;

use super::Desk;
use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, Submit, TextField, Tone, error_panel, use_toasts};
use crate::drafts::{draft, forget};
use crate::forms::field_error;
use crate::i18n::text;
use crate::live::use_live;

/// The dialog.
#[component]
pub fn MarkDialog(desk: Desk) -> impl IntoView {
    let words = &text().guardrails.networks;
    let close = Callback::new(move |()| desk.marking.set(None));
    view! {
        <Dialog
            open=Signal::derive(move || desk.marking.with(Option::is_some))
            on_close=close
            title=Signal::stored(words.mark_title.to_owned())
        >
            {move || desk.marking.get().map(|network| view! { <MarkForm network close/> })}
        </Dialog>
    }
}

#[component]
fn MarkForm(network: String, close: Callback<()>) -> impl IntoView {
    let (api, toasts, live) = (use_api(), use_toasts(), use_live());
    let words = &text().guardrails.networks;
    let (network, name) = (RwSignal::new(network), draft("institution.name"));
    let checked = RwSignal::new(false);
    let form = move || CreateInstitutionNetwork {
        network: network.get().trim().to_owned(),
        name: name.get().trim().to_owned(),
    };
    let submit = Submit::new(
        move |network: CreateInstitutionNetwork| async move {
            api.create_institution_network(&network).await
        },
        move |marked| {
            forget("institution");
            live.refresh();
            toasts.show(Tone::Good, (words.mark_done)(&marked.network));
            close.run(());
        },
    );
    let error = move |field: &'static str, pointer: &'static str| {
        Signal::derive(move || {
            let own = checked.get().then(|| form().validate().err()).flatten();
            own.and_then(|errors| field_error(&errors, field))
                .or_else(|| submit.error.get()?.field(pointer))
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let form = untrack(form);
        if form.validate().is_ok() {
            submit.run(form);
        } else {
            focus_first_error();
        }
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <p>{words.institutions_formula}</p>
            <TextField label=words.network value=network help=words.network_help error=error("network", "/network")/>
            <TextField label=words.institution value=name help=words.institution_help error=error("name", "/name")/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| {
                    forget("institution");
                    close.run(());
                }>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{words.add}</button>
            </div>
        </form>
    }
}

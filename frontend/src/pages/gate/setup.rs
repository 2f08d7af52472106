//! Setting up an account by a one-time link, `/setup#TOKEN`. The token is behind `#`, so that no server log and
//! no referrer ever holds it.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::auth::{CompleteSetup, SetupInfo};

use super::Gate;
use crate::api::{ApiError, use_api};
use crate::browser::intl::Shape;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{PasswordField, RemoteView, Submit, TextField, error_panel};
use crate::drafts::{draft, forget};
use crate::forms::{field_error, looks_like_email};
use crate::i18n::text;
use crate::remote::Remote;
use crate::session::use_session;
use crate::view::use_view;

/// The set-up page.
#[component]
pub fn Setup() -> impl IntoView {
    let hash = window().location().hash().unwrap_or_default();
    let token = hash.trim_start_matches('#').to_owned();
    if token.is_empty() {
        let gate = &text().gate;
        return view! { <Gate title=gate.setup_no_token_title purpose=gate.setup_no_token>""</Gate> }.into_any();
    }
    let api = use_api();
    let asked = token.clone();
    let info = Remote::new(
        || (),
        move |()| {
            let token = asked.clone();
            async move { api.inspect_setup(&token).await }
        },
    );
    let token = StoredValue::new(token);
    let used_up = Memo::new(move |_| {
        info.error
            .with(|error| error.as_ref().is_some_and(is_used_up))
    });
    (move || match used_up.get() {
        true => {
            let gate = &text().gate;
            view! { <Gate title=gate.setup_invalid_title purpose=gate.setup_invalid>""</Gate> }
                .into_any()
        }
        false => view! {
            <Gate title=text().gate.setup_title purpose=text().gate.setup_purpose>
                <RemoteView remote=info name=text().gate.setup_title lines=4 let:info>
                    <SetupForm info=info.get_untracked() token=token.get_value()/>
                </RemoteView>
            </Gate>
        }
        .into_any(),
    })
    .into_any()
}

/// Whether the engine knows no such link, or not any more: then another try makes no sense.
fn is_used_up(error: &ApiError) -> bool {
    error
        .code()
        .is_some_and(|code| (400..500).contains(&code.status()) && code != ErrorCode::RateLimited)
}

#[component]
fn SetupForm(info: SetupInfo, token: String) -> impl IntoView {
    let (api, session, view) = (use_api(), use_session(), use_view());
    let first_admin = info.email.is_none();
    let (name, email) = (draft("setup.name"), draft("setup.email"));
    let password = RwSignal::new(String::new());
    let checked = RwSignal::new(false);
    let token = StoredValue::new(token);
    let form = move || CompleteSetup {
        token: token.get_value(),
        name: name.get().trim().to_owned(),
        email: first_admin.then(|| email.get().trim().to_owned()),
        password: password.get(),
    };
    let submit = Submit::new(
        move |setup: CompleteSetup| async move { api.complete_setup(&setup).await },
        move |me| {
            forget("setup");
            session.enter(me);
        },
    );
    // The engine's own rule for the email of a first admin; the request knows its length alone.
    let email_fault = move || {
        let wrong = first_admin && email.with(|email| !looks_like_email(email.trim()));
        wrong.then(|| text().gate.email_invalid.to_owned())
    };
    let wrong = Memo::new(move |_| {
        checked.get() && (form().validate().is_err() || email_fault().is_some())
    });
    let error = move |name: &'static str| {
        Signal::derive(move || {
            let own = checked.get().then(|| form().validate().err()).flatten();
            let address = (name == "email" && checked.get())
                .then(email_fault)
                .flatten();
            own.and_then(|errors| field_error(&errors, name))
                .or(address)
                .or_else(|| submit.error.get()?.field(&format!("/{name}")))
        })
    };
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        if wrong.get_untracked() {
            focus_first_error();
        } else {
            submit.run(untrack(form));
        }
    };
    let gate = &text().gate;
    let ends = info.expires_at;
    view! {
        <p class="text-muted">
            {info.email.map(|email| format!("{} ", (gate.setup_for)(&email)))}
            {move || (gate.setup_ends)(&view.time(ends, Shape::Exact))}
        </p>
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <TextField label=gate.name value=name autocomplete="name" help=gate.name_help error=error("name")/>
            {first_admin.then(|| view! {
                <TextField
                    label=gate.email
                    value=email
                    kind="email"
                    autocomplete="username"
                    help=gate.email_help
                    error=error("email")
                />
            })}
            <PasswordField
                label=gate.new_password
                value=password
                autocomplete="new-password"
                help=gate.new_password_help
                error=error("password")
            />
            {move || submit.error.get().map(|error| error_panel(&error))}
            <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{gate.set_up}</button>
        </form>
    }
}

//! Signing in with email and password.

use leptos::prelude::*;
use viral_engine_api_types::auth::Login;

use super::Gate;
use crate::api::use_api;
use crate::components::field::focus_first_error;
use crate::components::{PasswordField, Submit, TextField, error_panel};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// The sign-in page.
#[component]
pub fn SignIn() -> impl IntoView {
    let (api, session) = (use_api(), use_session());
    let (email, password) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |login: Login| async move { api.login(&login).await },
        move |me| session.enter(me),
    );
    let missing = move |value: RwSignal<String>, message: &'static str| {
        Signal::derive(move || {
            (checked.get() && value.with(|value| value.trim().is_empty()))
                .then(|| message.to_owned())
        })
    };
    let email_error = missing(email, text().gate.email_required);
    let password_error = missing(password, text().gate.password_required);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        if email_error.get_untracked().is_some() || password_error.get_untracked().is_some() {
            focus_first_error();
        } else {
            let email = email.get_untracked().trim().to_owned();
            submit.run(Login {
                email,
                password: password.get_untracked(),
            });
        }
    };
    // Before the first admin exists nobody can sign in: say what to do instead.
    let about = Remote::new(|| (), move |()| async move { api.get_about().await });
    let hint = move || {
        let needed = about
            .data
            .with(|about| about.as_ref().is_some_and(|about| about.needs_setup));
        needed.then(|| view! { <p class="notice" data-tone="info">{text().gate.needs_setup}</p> })
    };
    let ended = use_router().parameter("ended");
    let why = move || {
        let ended = ended.with(Option::is_some);
        ended.then(|| view! { <p class="notice" data-tone="info">{text().gate.session_ended}</p> })
    };
    view! {
        <Gate title=text().gate.sign_in_title purpose=text().gate.sign_in_purpose>
            {why}
            {hint}
            <form class="flex flex-col gap-4" novalidate on:submit=send>
                <TextField
                    label=text().gate.email
                    value=email
                    kind="email"
                    autocomplete="username"
                    error=email_error
                />
                <PasswordField
                    label=text().gate.password
                    value=password
                    autocomplete="current-password"
                    error=password_error
                />
                {move || submit.error.get().map(|error| error_panel(&error))}
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>
                    {text().gate.sign_in}
                </button>
            </form>
        </Gate>
    }
}

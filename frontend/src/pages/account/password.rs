//! Choosing another password; it signs out all other browsers.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::auth::ChangePassword;

use crate::api::use_api;
use crate::components::field::focus_first_error;
use crate::components::{PasswordField, Submit, Tone, error_panel, use_toasts};
use crate::forms::field_error;
use crate::i18n::text;

/// The form.
#[component]
pub fn ChangePasswordCard() -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let texts = &text().account;
    let (current, new) = (RwSignal::new(String::new()), RwSignal::new(String::new()));
    let checked = RwSignal::new(false);
    let form = move || ChangePassword {
        current_password: current.get(),
        new_password: new.get(),
    };
    let submit = Submit::new(
        move |change: ChangePassword| async move { api.change_password(&change).await },
        move |()| {
            current.set(String::new());
            new.set(String::new());
            checked.set(false);
            toasts.show(Tone::Good, texts.password_changed);
        },
    );
    let error = move |name: &'static str| {
        Signal::derive(move || {
            let own = checked.get().then(|| form().validate().err()).flatten();
            own.and_then(|errors| field_error(&errors, name))
                .or_else(|| submit.error.get()?.field(&format!("/{name}")))
        })
    };
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        let change = untrack(form);
        if change.validate().is_ok() {
            submit.run(change);
        } else {
            focus_first_error();
        }
    };
    view! {
        <section class="card-box" aria-labelledby="password-title">
            <div class="card-head"><h2 id="password-title">{texts.password_title}</h2></div>
            <form class="card-body flex flex-col gap-4" novalidate on:submit=send>
                <PasswordField
                    label=texts.current_password
                    value=current
                    autocomplete="current-password"
                    error=error("current_password")
                />
                <PasswordField
                    label=texts.new_password
                    value=new
                    autocomplete="new-password"
                    help=texts.new_password_help
                    error=error("new_password")
                />
                {move || submit.error.get().map(|error| error_panel(&error))}
                <button type="submit" class="btn btn-primary self-start" disabled=move || submit.pending.get()>
                    {texts.change_password}
                </button>
            </form>
        </section>
    }
}

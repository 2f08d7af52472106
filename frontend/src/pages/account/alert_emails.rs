//! Which alerts are mailed to the operator.

use leptos::prelude::*;
use viral_engine_api_types::auth::{Me, UpdateMe};
use viral_engine_api_types::operators::AlertEmails;

use crate::api::use_api;
use crate::components::{SelectField, Submit, Tone, error_panel, use_toasts};
use crate::i18n::text;
use crate::session::use_session;

/// The choice; it is stored as soon as it is made.
#[component]
pub fn AlertEmailsCard() -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let texts = &text().account;
    let stored = move || {
        session.me.with(|me| {
            me.as_ref()
                .map(|me| me.operator.alert_emails)
                .unwrap_or(AlertEmails::Off)
        })
    };
    let chosen = RwSignal::new(untrack(stored).as_str().to_owned());
    let submit = Submit::new(
        move |wish: AlertEmails| async move {
            api.update_me(&UpdateMe {
                alert_emails: Some(wish),
            })
            .await
        },
        move |me: Me| {
            session.me.set(Some(me));
            toasts.show(Tone::Good, text().states.saved);
        },
    );
    Effect::new(move |_| {
        let wish = AlertEmails::parse(&chosen.get());
        if let Some(wish) = wish.filter(|wish| *wish != untrack(stored)) {
            submit.run(wish);
        }
    });
    // A refusal gives back what is in force.
    Effect::new(move |_| {
        if submit.error.with(Option::is_some) {
            chosen.set(untrack(stored).as_str().to_owned());
        }
    });
    let choices = AlertEmails::ALL.map(|wish| (wish.as_str(), (texts.alert_emails)(wish)));
    view! {
        <section class="card-box" aria-labelledby="alert-emails-title">
            <div class="card-head"><h2 id="alert-emails-title">{texts.alert_emails_title}</h2></div>
            <div class="card-body flex flex-col gap-4">
                <SelectField
                    label=texts.alert_emails_label
                    value=chosen
                    choices=choices.to_vec()
                    help=texts.alert_emails_help
                />
                {move || submit.error.get().map(|error| error_panel(&error))}
            </div>
        </section>
    }
}

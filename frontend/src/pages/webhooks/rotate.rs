//! A new secret, and for how long messages carry a signature by the former one as well.

use leptos::prelude::*;
use validator::Validate;
use viral_engine_api_types::WebhookId;
use viral_engine_api_types::webhooks::{CreatedWebhook, RotateWebhookSecret};

use crate::api::use_api;
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{Dialog, Submit, TextField, error_panel};
use crate::forms::field_error;
use crate::i18n::text;

/// Hours that are offered, as the engine would choose them.
const OVERLAP: &str = "24";

/// The dialog.
#[component]
pub fn RotateDialog(
    id: WebhookId,
    open: RwSignal<bool>,
    rotated: Callback<CreatedWebhook>,
) -> impl IntoView {
    view! {
        <Dialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::stored(text().webhooks.rotate.to_owned())
        >
            <Form id open rotated/>
        </Dialog>
    }
}

#[component]
fn Form(id: WebhookId, open: RwSignal<bool>, rotated: Callback<CreatedWebhook>) -> impl IntoView {
    let (api, words) = (use_api(), &text().webhooks);
    let hours = RwSignal::new(OVERLAP.to_owned());
    let checked = RwSignal::new(false);
    let submit = Submit::new(
        move |rotate: RotateWebhookSecret| async move { api.rotate_webhook_secret(id, &rotate).await },
        move |answer| {
            open.set(false);
            rotated.run(answer);
        },
    );
    let form = move || {
        let hours: u32 = hours.get().trim().parse().ok()?;
        Some(RotateWebhookSecret {
            overlap_hours: Some(hours),
        })
    };
    let error = Signal::derive(move || {
        let own = checked.get().then(|| match form() {
            None => Some(words.not_hours.to_owned()),
            Some(rotate) => field_error(&rotate.validate().err()?, "overlap_hours"),
        });
        own.flatten()
            .or_else(|| submit.error.get()?.field("/overlap_hours"))
    });
    focus_on_failure(submit.error);
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        checked.set(true);
        match untrack(form).filter(|rotate| rotate.validate().is_ok()) {
            Some(rotate) => submit.run(rotate),
            None => focus_first_error(),
        }
    };
    view! {
        <form class="flex flex-col gap-4" novalidate on:submit=send>
            <p>{words.rotate_help}</p>
            <TextField label=words.overlap value=hours inputmode="numeric" help=words.overlap_help error/>
            {move || submit.error.get().map(|error| error_panel(&error))}
            <div class="flex justify-end gap-2">
                <button type="button" class="btn btn-ghost" on:click=move |_| open.set(false)>{text().actions.cancel}</button>
                <button type="submit" class="btn btn-primary" disabled=move || submit.pending.get()>{words.rotate}</button>
            </div>
        </form>
    }
}

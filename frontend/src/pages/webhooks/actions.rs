//! What an admin does to a webhook: test, change, rotate its secret, switch it off and on, delete it.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::webhooks::{CreatedWebhook, UpdateWebhook, Webhook, WebhookStatus};

use super::form::{FormDialog, Meant};
use super::rotate::RotateDialog;
use crate::api::{Tagged, use_api};
use crate::components::{ConfirmDialog, SecretDialog, Submit, Tone, error_panel, use_toasts};
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// The buttons with their dialogs. `tested` is called once a test is under way.
#[component]
pub fn Actions(
    webhook: Signal<Tagged<Webhook>>,
    remote: Remote<Tagged<Webhook>>,
    tested: Callback<()>,
) -> impl IntoView {
    let (api, session, toasts, router) = (use_api(), use_session(), use_toasts(), use_router());
    let words = &text().webhooks;
    let id = webhook.with_untracked(|webhook| webhook.value.id);
    let (changing, secret) = (RwSignal::new(None), RwSignal::new(None));
    let (rotating, deleting) = (RwSignal::new(false), RwSignal::new(false));
    let test = Submit::new(
        move |()| async move { api.test_webhook(id).await },
        move |_| {
            tested.run(());
            toasts.show(Tone::Good, words.test_sent);
        },
    );
    let switch = Submit::new(
        move |on: bool| async move {
            match on {
                true => api.enable_webhook(id).await.map(drop),
                false => {
                    let off = UpdateWebhook {
                        status: Some(WebhookStatus::Disabled),
                        ..UpdateWebhook::default()
                    };
                    let etag = webhook.with_untracked(|webhook| webhook.etag.clone());
                    api.update_webhook(id, &off, &etag).await.map(drop)
                }
            }
        },
        move |()| remote.reload(),
    );
    let delete = Submit::new(
        move |()| async move { api.delete_webhook(id).await },
        move |()| {
            toasts.show(Tone::Good, words.deleted);
            router.go_to("/webhooks");
        },
    );
    let changed = Callback::new(move |webhook: Tagged<Webhook>| {
        changing.set(None);
        remote.data.set(Some(webhook));
        toasts.show(Tone::Good, words.saved);
    });
    let rotated = Callback::new(move |answer: CreatedWebhook| {
        secret.set(Some(answer.secret));
        remote.reload();
    });
    let enabled = move || webhook.with(|it| it.value.status == WebhookStatus::Enabled);
    let url = Signal::derive(move || webhook.with(|it| it.value.url.clone()));
    let change = move |_| changing.set(Some(Meant::Change(Box::new(webhook.get_untracked()))));
    view! {
        <Show when=move || session.may(Permission::WebhooksWrite)>
            <div class="flex flex-wrap gap-2 mt-4">
                <button type="button" class="btn btn-sm btn-primary" disabled=move || test.pending.get() on:click=move |_| test.run(())>
                    {words.test}
                </button>
                <button type="button" class="btn btn-sm" on:click=change>{words.change}</button>
                <button type="button" class="btn btn-sm" on:click=move |_| rotating.set(true)>{words.rotate}</button>
                <button
                    type="button"
                    class="btn btn-sm"
                    disabled=move || switch.pending.get()
                    on:click=move |_| switch.run(!untrack(enabled))
                >
                    {move || if enabled() { words.disable } else { words.enable }}
                </button>
                <button type="button" class="btn btn-sm btn-ghost" on:click=move |_| deleting.set(true)>{words.delete}</button>
            </div>
        </Show>
        {move || test.error.get().map(|error| view! { <div class="mt-3">{error_panel(&error)}</div> })}
        {move || switch.error.get().map(|error| view! { <div class="mt-3">{error_panel(&error)}</div> })}
        <FormDialog meant=changing created=Callback::new(|_| ()) changed/>
        <RotateDialog id open=rotating rotated/>
        <SecretDialog secret title=words.secret_title help=words.secret_help.to_owned()/>
        <ConfirmDialog
            open=deleting
            on_close=Callback::new(move |()| deleting.set(false))
            title=Signal::stored(words.delete_title.to_owned())
            consequence=words.delete_help.to_owned()
            word=url
            action=words.delete
            submit=delete
        />
    }
}

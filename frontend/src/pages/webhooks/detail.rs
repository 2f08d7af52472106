//! One webhook: what it is told, how it does, and what was delivered to it.

use leptos::prelude::*;
use viral_engine_api_types::webhooks::Webhook;
use viral_engine_api_types::{ErrorCode, WebhookId};

use super::actions::Actions;
use super::deliveries::Deliveries;
use super::{event_types, status_tag};
use crate::api::{Tagged, use_api};
use crate::components::{Card, Metric, RemoteView, TimeText, user_words};
use crate::i18n::text;
use crate::pages::not_found;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::{use_params, use_router};

/// The page.
pub fn view() -> AnyView {
    let id = use_params().with_untracked(|params| params.get("id").and_then(|id| id.parse().ok()));
    match id {
        Some(id) => view! { <Detail id/> }.into_any(),
        None => not_found::view(),
    }
}

#[component]
fn Detail(id: WebhookId) -> impl IntoView {
    let (api, router) = (use_api(), use_router());
    let words = &text().webhooks;
    let beat = steady();
    let remote = Remote::new(|| (), move |()| async move { api.get_webhook(id).await })
        .reload_on(move || beat.get());
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let tests = RwSignal::new(0_u32);
    let tested = Callback::new(move |()| tests.update(|tests| *tests += 1));
    let there = move || {
        view! {
            <a class="link self-start" href=move || router.href("/webhooks")>{words.to_list}</a>
            <RemoteView remote name=text().pages.webhook.title lines=8 let:webhook>
                <Facts webhook remote tested/>
            </RemoteView>
            <Deliveries id tests/>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

#[component]
fn Facts(
    webhook: Signal<Tagged<Webhook>>,
    remote: Remote<Tagged<Webhook>>,
    tested: Callback<()>,
) -> impl IntoView {
    let words = &text().webhooks;
    let metric = Metric::new(text().pages.webhook.title, words.help).docs("webhooks/get_webhook");
    let described = move || {
        let words_for = webhook.with(|it| it.value.description.clone());
        (!words_for.is_empty())
            .then(|| view! { <dt>{words.description}</dt> <dd>{user_words(&words_for)}</dd> })
    };
    let overlap = move || {
        let until = webhook.with(|it| it.value.previous_secret_until)?;
        Some(view! { <dt>{words.both_secrets}</dt> <dd><TimeText at=until/></dd> })
    };
    let disabled = move || {
        let at = webhook.with(|it| it.value.disabled_at)?;
        Some(view! { <dt>{words.disabled_since}</dt> <dd><TimeText at/></dd> })
    };
    view! {
        <Card title=text().pages.webhook.title metric=metric aside=move || view! { {move || webhook.with(|it| status_tag(&it.value))} }>
            <dl class="facts">
                <dt>{words.url}</dt> <dd><code>{move || webhook.with(|it| user_words(&it.value.url))}</code></dd>
                {described}
                <dt>{words.event_types}</dt> <dd><code>{move || webhook.with(|it| event_types(&it.value))}</code></dd>
                {disabled} {overlap}
                <dt>{words.added}</dt> <dd>{move || view! { <TimeText at=webhook.with(|it| it.value.created_at)/> }}</dd>
                <dt>{words.changed}</dt> <dd>{move || view! { <TimeText at=webhook.with(|it| it.value.updated_at)/> }}</dd>
            </dl>
            <Actions webhook remote tested/>
        </Card>
    }
}

//! The list of webhooks, and adding one.

use leptos::prelude::*;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::webhooks::{CreatedWebhook, Webhook};

use super::form::{FormDialog, Meant};
use super::{event_types, status_tag};
use crate::api::use_api;
use crate::components::dialog::open_by_address;
use crate::components::{
    Column, Empty, InfoTip, Metric, SecretDialog, ServerTable, TimeText, user_text,
};
use crate::i18n::text;
use crate::live::use_live;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let (api, router, session, live) = (use_api(), use_router(), use_session(), use_live());
    let words = &text().webhooks;
    let cursor = router.parameter("cursor");
    let remote = Remote::new(
        move || cursor.get(),
        move |cursor| async move {
            api.list_webhooks(&Query::new().with("cursor", cursor.as_deref()))
                .await
        },
    )
    .reload_on(move || live.data.get());
    let (adding, secret) = (RwSignal::new(None), RwSignal::new(None));
    let wished = RwSignal::new(false);
    open_by_address(wished);
    Effect::new(move |_| {
        if wished.get() {
            wished.set(false);
            adding.set(Some(Meant::New));
        }
    });
    let created = Callback::new(move |created: CreatedWebhook| {
        adding.set(None);
        secret.set(Some(created.secret));
        remote.reload();
    });
    let metric = Signal::stored(
        Metric::new(text().pages.webhooks.title, words.help).docs("webhooks/list_webhooks"),
    );
    view! {
        <Show when=move || session.may(Permission::WebhooksWrite)>
            <button type="button" class="btn btn-primary self-start" on:click=move |_| adding.set(Some(Meant::New))>
                {words.add}
            </button>
        </Show>
        <ServerTable
            name="webhooks"
            title=text().pages.webhooks.title
            remote
            columns=columns()
            key=|webhook| format!("{}{}{:?}", webhook.id, webhook.version, webhook.failing_since)
            find_parameter="find"
            address=|webhook, router| router.href(&format!("/webhooks/{}", webhook.id))
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.empty_title detail=words.empty_detail/> }
        />
        <FormDialog meant=adding created changed=Callback::new(|_| ())/>
        <SecretDialog secret title=words.secret_title help=words.secret_help.to_owned()/>
    }
    .into_any()
}

fn columns() -> Vec<Column<Webhook>> {
    let words = &text().webhooks;
    vec![
        Column::<Webhook>::new(
            "url",
            words.url,
            |it| user_text(&it.url),
            |it| it.url.clone(),
        )
        .sorted(|a, b| a.url.cmp(&b.url)),
        Column::<Webhook>::new(
            "description",
            words.description,
            |it| user_text(&it.description),
            |it| it.description.clone(),
        )
        .sorted(|a, b| a.description.cmp(&b.description)),
        Column::<Webhook>::new(
            "event_types",
            words.event_types,
            |it| view! { <span class="text-xs">{event_types(it)}</span> }.into_any(),
            event_types,
        ),
        Column::<Webhook>::new("status", words.status, status_tag, |it| {
            (text().webhooks.status_name)(it.status).to_owned()
        }),
        Column::<Webhook>::new(
            "created_at",
            words.added,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}

//! The list of keys.

use leptos::prelude::*;
use viral_engine_api_types::Page;
use viral_engine_api_types::api_keys::ApiKey;
use viral_engine_api_types::permissions::Permission;

use super::Asked;
use crate::components::{Column, Empty, ServerTable, TimeText, Tone};
use crate::i18n::text;
use crate::remote::Remote;
use crate::session::use_session;

/// The table.
#[component]
pub fn KeyTable(keys: Remote<Page<ApiKey>>) -> impl IntoView {
    let texts = &text().api_keys;
    view! {
        <ServerTable
            name="api-keys"
            title=text().pages.api_keys.title
            remote=keys
            columns=columns()
            key=|key| format!("{}{:?}{:?}", key.id, key.last_used_at, key.revoked_at)
            controls=controls
            empty=move || view! { <Empty title=texts.empty_title detail=texts.empty_detail/> }
        />
    }
}

fn columns() -> Vec<Column<ApiKey>> {
    let texts = &text().api_keys;
    vec![
        Column::new(
            "name",
            texts.name,
            |key| key.name.clone().into_any(),
            |key| key.name.clone(),
        ),
        Column::new(
            "prefix",
            texts.prefix,
            |key| view! { <code>{key.prefix.clone()} "…"</code> }.into_any(),
            |key| key.prefix.clone(),
        ),
        Column::new(
            "scopes",
            texts.scopes,
            |key| view! { <span class="text-xs">{key.scopes.join(", ")}</span> }.into_any(),
            |key| key.scopes.join(" "),
        ),
        Column::new("status", texts.status, status, |key| {
            state(key).1.to_owned()
        }),
        Column::new(
            "created",
            texts.created,
            |key| view! { <TimeText at=key.created_at/> }.into_any(),
            |key| key.created_at.to_rfc3339(),
        ),
        Column::new(
            "expires",
            texts.expires,
            |key| time_or(key.expires_at, text().api_keys.never),
            |key| key.expires_at.map(|at| at.to_rfc3339()).unwrap_or_default(),
        ),
        Column::new(
            "last_used",
            texts.last_used,
            |key| time_or(key.last_used_at, text().api_keys.never),
            |key| {
                key.last_used_at
                    .map(|at| at.to_rfc3339())
                    .unwrap_or_default()
            },
        ),
    ]
}

fn time_or(at: Option<chrono::DateTime<chrono::Utc>>, none: &'static str) -> AnyView {
    match at {
        Some(at) => view! { <TimeText at/> }.into_any(),
        None => none.into_any(),
    }
}

fn state(key: &ApiKey) -> (Tone, &'static str) {
    let texts = &text().api_keys;
    let past = |at: Option<chrono::DateTime<chrono::Utc>>| {
        at.is_some_and(|at| at <= crate::browser::now())
    };
    match key.revoked_at {
        Some(_) if past(key.revoked_at) => (Tone::Neutral, texts.revoked),
        _ if past(key.expires_at) => (Tone::Neutral, texts.expired),
        Some(_) => (Tone::Watch, texts.ending),
        None => (Tone::Good, texts.active),
    }
}

fn status(key: &ApiKey) -> AnyView {
    let (tone, word) = state(key);
    view! { <span class=format!("tag {}", tone.class())>{word}</span> }.into_any()
}

fn controls(key: &ApiKey) -> AnyView {
    let (asked, session) = (expect_context::<Asked>(), use_session());
    let texts = &text().api_keys;
    let living = matches!(state(key).0, Tone::Good);
    let (for_rotate, for_revoke) = (key.clone(), StoredValue::new(key.clone()));
    let for_rotate = StoredValue::new(for_rotate);
    let (rotate_label, revoke_label) = (
        (texts.rotate_title)(&key.name),
        (texts.revoke_title)(&key.name),
    );
    let labels = StoredValue::new((rotate_label, revoke_label));
    view! {
        <Show when=move || living && session.may(Permission::ApiKeysWrite)>
            <button
                type="button"
                class="btn btn-xs"
                aria-label=labels.with_value(|labels| labels.0.clone())
                on:click=move |_| asked.rotate.set(Some(for_rotate.get_value()))
            >
                {texts.rotate}
            </button>
            <button
                type="button"
                class="btn btn-xs"
                aria-label=labels.with_value(|labels| labels.1.clone())
                on:click=move |_| asked.revoke.set(Some(for_revoke.get_value()))
            >
                {texts.revoke}
            </button>
        </Show>
    }
    .into_any()
}

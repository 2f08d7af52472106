//! What is blocked, and unblocking.

use leptos::prelude::*;
use viral_engine_api_types::blocks::Block;
use viral_engine_api_types::permissions::Permission;

use crate::api::use_api;
use crate::components::{
    Column, Empty, InfoTip, Metric, ServerTable, TimeText, user_text, user_words,
};
use crate::i18n::text;
use crate::pages::guardrails::desk::Desk;
use crate::remote::Remote;
use crate::router::{Query, use_router};
use crate::session::use_session;

/// The tab.
pub fn view() -> AnyView {
    let (api, router, desk) = (use_api(), use_router(), expect_context::<Desk>());
    let words = &text().guardrails.blocks;
    let cursor = router.parameter("cursor");
    let remote = Remote::new(
        move || Query::new().with("cursor", cursor.get().as_deref()),
        move |query| async move { api.list_blocks(&query).await },
    )
    .reload_on(move || desk.blocks.get());
    let metric =
        Signal::derive(move || Metric::new(words.title, words.formula).docs("blocks/list_blocks"));
    view! {
        <ServerTable
            name="blocks"
            title=words.title
            remote
            columns=columns()
            key=|block| block.id.to_string()
            find_parameter="find"
            controls=|block| view! { <Unblock block=block.clone()/> }.into_any()
            aside=move || view! { <InfoTip metric/> }
            empty=move || view! { <Empty title=words.none_title detail=words.none_detail/> }
        />
    }
    .into_any()
}

fn columns() -> Vec<Column<Block>> {
    let words = &text().guardrails.blocks;
    vec![
        Column::<Block>::new(
            "value",
            words.value,
            |it| view! { <span class="mono">{user_text(&it.value)}</span> }.into_any(),
            |it| it.value.clone(),
        )
        .sorted(|a, b| a.value.cmp(&b.value)),
        Column::<Block>::new(
            "entity",
            words.entity_head,
            |it| (text().guardrails.blocks.entity)(it.entity).into_any(),
            |it| format!("{:?}", it.entity).to_lowercase(),
        ),
        Column::<Block>::new(
            "reason",
            words.reason,
            |it| user_words(&it.reason),
            |it| it.reason.clone(),
        ),
        Column::<Block>::new("created_by", words.by, by, |it| {
            it.created_by.clone().unwrap_or_default()
        })
        .sorted(|a, b| a.created_by.cmp(&b.created_by)),
        Column::<Block>::new(
            "created_at",
            words.at,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
        Column::<Block>::new("expires_at", words.ends, ends, |it| {
            it.expires_at.map(|at| at.to_rfc3339()).unwrap_or_default()
        })
        .sorted(|a, b| a.expires_at.cmp(&b.expires_at)),
    ]
}

fn by(block: &Block) -> AnyView {
    block
        .created_by
        .clone()
        .unwrap_or_else(|| text().alerts.somebody.to_owned())
        .into_any()
}

fn ends(block: &Block) -> AnyView {
    match block.expires_at {
        Some(at) => view! { <TimeText at/> }.into_any(),
        None => text().guardrails.blocks.never.into_any(),
    }
}

/// Unblocks, with a way back.
#[component]
fn Unblock(block: Block) -> impl IntoView {
    let (session, desk) = (use_session(), expect_context::<Desk>());
    let block = StoredValue::new(block);
    view! {
        <Show when=move || session.may(Permission::BlocksWrite)>
            <button
                type="button"
                class="btn btn-xs"
                disabled=move || desk.unblock.pending.get()
                on:click=move |_| desk.unblock.run(block.get_value())
            >
                {text().guardrails.blocks.unblock}
            </button>
        </Show>
    }
}

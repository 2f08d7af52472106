//! Signed heads: what to keep elsewhere.

use leptos::prelude::*;
use viral_engine_api_types::audit::AuditHead;

use crate::api::audit::audit_head_file;
use crate::api::use_api;
use crate::components::{
    Column, EmptyList, InfoTip, Metric, ServerTable, Submit, TimeText, Tone, use_toasts,
};
use crate::format::count;
use crate::i18n::text;
use crate::remote::Remote;
use crate::router::{Query, use_router};

/// Parameter of the address that keeps the page of heads.
const CURSOR: &str = "heads";

/// The table. `signed` grows when a head is made.
#[component]
pub fn Heads(signed: RwSignal<u32>) -> impl IntoView {
    let (api, router, toasts) = (use_api(), use_router(), use_toasts());
    let words = &text().audit;
    let cursor = router.parameter(CURSOR);
    let remote = Remote::new(
        move || cursor.get(),
        move |cursor| async move {
            let query = match cursor {
                Some(cursor) => Query::new().and("cursor", cursor),
                None => Query::new(),
            };
            api.list_audit_heads(&query).await
        },
    )
    .reload_on(move || signed.get());
    let sign = Submit::new(
        move |()| async move { api.create_audit_head().await },
        move |_: AuditHead| {
            signed.update(|signed| *signed += 1);
            toasts.show(Tone::Good, words.signed);
        },
    );
    Effect::new(move |_| {
        if let Some(error) = sign.error.get() {
            toasts.show_error(&error);
        }
    });
    let metric =
        Signal::stored(Metric::new(words.heads, words.heads_help).docs("audit/list_audit_heads"));
    let aside = move || {
        view! {
            <InfoTip metric/>
            <button
                type="button"
                class="btn btn-sm"
                disabled=move || sign.pending.get()
                on:click=move |_| sign.run(())
            >
                {words.sign}
            </button>
        }
    };
    view! {
        <ServerTable
            name="audit-heads"
            title=words.heads
            remote
            columns=columns()
            key=|head| head.id.to_string()
            cursor_parameter=CURSOR
            sort_parameter="heads_sort"
            controls=download
            aside
            empty=|| {
                let words = &text().audit;
                let none = (words.no_heads_title, words.no_heads_detail);
                view! { <EmptyList filters=&[] none none_match=none/> }
            }
        />
    }
}

fn download(head: &AuditHead) -> AnyView {
    let words = &text().audit;
    let label = (words.download_head)(&count(head.tree_size));
    view! {
        <a class="btn btn-xs" href=audit_head_file(head.tree_size) download="" aria-label=label>{words.download}</a>
    }
    .into_any()
}

fn columns() -> Vec<Column<AuditHead>> {
    let words = &text().audit;
    vec![
        Column::<AuditHead>::new(
            "made_at",
            words.made,
            |head| view! { <TimeText at=head.made_at/> }.into_any(),
            |head| head.made_at.to_rfc3339(),
        ),
        Column::<AuditHead>::figures(
            "tree_size",
            words.size,
            |head| count(head.tree_size).into_any(),
            |head| head.tree_size.to_string(),
        ),
        Column::<AuditHead>::new(
            "root",
            words.root,
            |head| view! { <code>{root(head)}</code> }.into_any(),
            root,
        ),
    ]
}

/// The third line of a head is its root.
fn root(head: &AuditHead) -> String {
    head.note.lines().nth(2).unwrap_or_default().to_owned()
}

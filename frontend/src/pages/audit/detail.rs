//! One entry with everything it says.

use leptos::prelude::*;
use viral_engine_api_types::audit::AuditEntry;

use crate::browser::intl::Shape;
use crate::components::{TimeText, user_words};
use crate::format::count;
use crate::format::name::visible;
use crate::i18n::text;
use crate::view::use_view;

/// The entry.
pub fn entry_detail(entry: &AuditEntry) -> AnyView {
    let (words, view, at) = (&text().audit, use_view(), entry.at);
    let changes = serde_json::to_string_pretty(&entry.changes).unwrap_or_default();
    let changes = changes.lines().map(visible).collect::<Vec<_>>().join("\n");
    let sealed = match entry.seq {
        Some(seq) => (words.sealed_as)(&count(seq)),
        None => words.waits.to_owned(),
    };
    let optional = |name: &'static str, value: Option<String>| {
        value.map(|value| view! { <dt>{name}</dt> <dd><code>{user_words(&value)}</code></dd> })
    };
    view! {
        <dl class="facts">
            <dt>{words.action}</dt> <dd><code>{entry.action.clone()}</code></dd>
            <dt>{words.object_kind}</dt> <dd><code>{entry.object_kind.clone()}</code></dd>
            <dt>{words.object_id}</dt> <dd><code>{user_words(&entry.object_id)}</code></dd>
            <dt>{words.actor}</dt> <dd>{(words.actor_kind)(entry.actor_kind)}</dd>
            {optional(words.actor_id, entry.actor_id.map(|id| id.to_string()))}
            <dt>{words.at}</dt>
            <dd><TimeText at/> " " <span class="text-muted num">{move || view.time(at, Shape::Exact)}</span></dd>
            {optional(words.request, entry.request_id.clone())}
            {optional(words.network, entry.ip_prefix.clone())}
            <dt>{words.seq}</dt> <dd>{sealed}</dd>
            <dt>{words.id}</dt> <dd><code>{entry.id.to_string()}</code></dd>
        </dl>
        <section>
            <h3 class="mb-2">{words.changes}</h3>
            <pre class="code-line" tabindex="0" aria-label=words.changes><code>{changes}</code></pre>
        </section>
    }
    .into_any()
}

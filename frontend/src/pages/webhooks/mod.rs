//! Webhooks: receivers that are told what happens, and what was delivered to each.

mod actions;
mod deliveries;
mod detail;
mod form;
mod list;
mod rotate;

use leptos::prelude::*;
use viral_engine_api_types::webhooks::{Webhook, WebhookStatus};

use crate::components::{TimeText, Tone, tag};
use crate::i18n::text;

pub use detail::view as detail_view;
pub use list::view as list_view;

/// Whether it is told anything; why not, or since when it fails.
fn status_tag(webhook: &Webhook) -> AnyView {
    let words = &text().webhooks;
    match (webhook.status, webhook.failing_since) {
        (WebhookStatus::Disabled, _) => match webhook.disabled_reason {
            Some(reason) => tag(Tone::Bad, (words.disabled_for)(reason)),
            None => tag(Tone::Neutral, words.disabled),
        },
        (WebhookStatus::Enabled, Some(since)) => view! {
            <span class="flex flex-wrap items-center gap-x-2">
                {tag(Tone::Watch, words.failing)} <span class="text-xs text-muted"><TimeText at=since/></span>
            </span>
        }
        .into_any(),
        (WebhookStatus::Enabled, None) => tag(Tone::Good, words.enabled),
    }
}

/// What it is told, as the API names it.
fn event_types(webhook: &Webhook) -> String {
    let names: Vec<_> = webhook.event_types.iter().map(|it| it.as_str()).collect();
    names.join(", ")
}

//! The receipt of a deletion: what was done, and whom to tell too.

use leptos::prelude::*;
use viral_engine_api_types::data_requests::DeletionReceipt;

use super::progress::StoreTable;
use crate::components::{Card, Metric, user_words};
use crate::format::count;
use crate::i18n::compliance;

/// The receipt.
#[component]
pub fn Receipt(receipt: DeletionReceipt) -> impl IntoView {
    let words = &compliance().data_requests;
    let metric =
        Metric::new(words.receipt, words.receipt_help).docs("data_requests/get_data_request");
    let erased = receipt.stores.iter().map(|store| store.rows).sum();
    let facts = view! {
        <dl class="facts">
            <dt>{words.rows_erased}</dt> <dd class="num">{count(erased)}</dd>
            <dt>{words.keys_destroyed}</dt>
            <dd>
                <span class="num">{count(receipt.keys_destroyed)}</span>
                <p class="text-xs text-muted">{words.keys_help}</p>
            </dd>
            <dt>{words.consents_ended}</dt> <dd class="num">{count(receipt.consents_ended)}</dd>
            <dt>{words.webhooks_told}</dt> <dd class="num">{count(receipt.webhooks_told)}</dd>
        </dl>
    };
    view! {
        <div class="grid gap-4 lg:grid-cols-2 items-start">
            <Card title=words.receipt metric=metric>{facts}</Card>
            {recipients(&receipt.recipients)}
        </div>
        <StoreTable rows=Signal::stored(receipt.stores) title=words.stores_erased empty=words.nothing_erased/>
    }
}

fn recipients(recipients: &[String]) -> AnyView {
    let words = &compliance().data_requests;
    let content = match recipients.is_empty() {
        true => view! { <p class="text-muted">{words.no_recipients}</p> }.into_any(),
        false => {
            let one = |name: &String| view! { <li>{user_words(name)}</li> };
            let names = recipients.iter().map(one).collect_view();
            view! {
                <p class="text-muted mb-2">{words.recipients_help}</p>
                <ul class="list-disc ps-5">{names}</ul>
            }
            .into_any()
        }
    };
    view! { <Card title=words.recipients>{content}</Card> }.into_any()
}

//! What was sent to a webhook: each message with every attempt, and sending it again.

use chrono::TimeDelta;
use leptos::prelude::*;
use viral_engine_api_types::WebhookId;
use viral_engine_api_types::WebhookMessageId;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::webhooks::{WebhookAttempt, WebhookDelivery, WebhookDeliveryStatus};

use crate::api::use_api;
use crate::components::{
    Column, Drawer, EmptyList, FilterBar, FilterSelect, InfoTip, Metric, ServerTable, Submit,
    TimeText, Tone, tag, use_toasts, user_words,
};
use crate::format::count;
use crate::format::number::NONE;
use crate::i18n::text;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;
use crate::session::use_session;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 2] = ["status", "cursor"];

/// Sends a message again.
#[derive(Clone, Copy)]
struct Resend(Submit<WebhookMessageId, WebhookDelivery>);

/// The log. `tests` grows with each test.
#[component]
pub fn Deliveries(id: WebhookId, tests: RwSignal<u32>) -> impl IntoView {
    let (api, router, toasts) = (use_api(), use_router(), use_toasts());
    let words = &text().webhooks;
    let beat = steady();
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_webhook_deliveries(id, &query).await },
    )
    .reload_on(move || (beat.get(), tests.get()));
    let resend = Submit::new(
        move |message: WebhookMessageId| async move { api.resend_webhook_message(id, message).await },
        move |_| {
            remote.reload();
            toasts.show(Tone::Good, words.resent);
        },
    );
    Effect::new(move |_| {
        if let Some(error) = resend.error.get() {
            toasts.show_error(&error);
        }
    });
    provide_context(Resend(resend));
    let opened = RwSignal::new(None::<WebhookMessageId>);
    // The drawer follows the list, so that attempts appear in it as they are made.
    let chosen = Memo::new(move |_| {
        let message = opened.get()?;
        remote.data.with(|page| {
            let same = |delivery: &&WebhookDelivery| delivery.message_id == message;
            page.as_ref()?.items.iter().find(same).cloned()
        })
    });
    let metric = Signal::stored(
        Metric::new(words.deliveries, words.deliveries_help)
            .docs("webhooks/list_webhook_deliveries"),
    );
    view! {
        <Filters/>
        <ServerTable
            name="deliveries"
            title=words.deliveries
            remote
            columns=columns()
            key=|it| format!("{}{:?}{}{:?}", it.message_id, it.status, it.attempts.len(), it.next_attempt_at)
            open=Callback::new(move |delivery: WebhookDelivery| opened.set(Some(delivery.message_id)))
            controls=resend_button
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &text().webhooks;
                let none = (words.no_deliveries_title, words.no_deliveries_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
        <Drawer
            open=Signal::derive(move || opened.with(Option::is_some))
            on_close=Callback::new(move |()| opened.set(None))
            title=Signal::stored(words.delivery.to_owned())
        >
            {move || chosen.get().map(|delivery| detail(&delivery))}
        </Drawer>
    }
}

#[component]
fn Filters() -> impl IntoView {
    let words = &text().webhooks;
    let status = |value: &str| {
        WebhookDeliveryStatus::parse(value).map_or_else(
            || value.to_owned(),
            |status| (text().webhooks.delivery_status)(status).to_owned(),
        )
    };
    view! {
        <FilterBar named=vec![("status", words.status, status)]>
            <FilterSelect
                parameter="status"
                label=words.status
                choices=WebhookDeliveryStatus::ALL.map(|it| (it.as_str(), (words.delivery_status)(it))).to_vec()
            />
        </FilterBar>
    }
}

fn columns() -> Vec<Column<WebhookDelivery>> {
    let words = &text().webhooks;
    vec![
        Column::<WebhookDelivery>::new(
            "event_type",
            words.event_type,
            |it| view! { <code>{it.event_type.as_str()}</code> }.into_any(),
            |it| it.event_type.as_str().to_owned(),
        )
        .sorted(|a, b| a.event_type.cmp(&b.event_type)),
        Column::<WebhookDelivery>::new("status", words.status, status_tag, |it| {
            it.status.as_str().to_owned()
        })
        .sorted(|a, b| a.status.as_str().cmp(b.status.as_str())),
        Column::<WebhookDelivery>::figures(
            "attempts",
            words.attempts,
            |it| count(it.attempts.len() as i64).into_any(),
            |it| it.attempts.len().to_string(),
        )
        .sorted(|a, b| a.attempts.len().cmp(&b.attempts.len())),
        Column::<WebhookDelivery>::new(
            "outcome",
            words.last_outcome,
            |it| {
                it.attempts
                    .last()
                    .map_or_else(|| NONE.into_any(), |last| outcome(last).into_any())
            },
            |it| it.attempts.last().map(outcome).unwrap_or_default(),
        ),
        Column::<WebhookDelivery>::new(
            "next_attempt_at",
            words.next_attempt,
            |it| match it.next_attempt_at {
                Some(at) => view! { <TimeText at/> }.into_any(),
                None => NONE.into_any(),
            },
            |it| {
                it.next_attempt_at
                    .map(|at| at.to_rfc3339())
                    .unwrap_or_default()
            },
        )
        .sorted(|a, b| a.next_attempt_at.cmp(&b.next_attempt_at)),
        Column::<WebhookDelivery>::new(
            "created_at",
            words.published,
            |it| view! { <TimeText at=it.created_at/> }.into_any(),
            |it| it.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}

fn status_tag(delivery: &WebhookDelivery) -> AnyView {
    let tone = match delivery.status {
        WebhookDeliveryStatus::Pending => Tone::Info,
        WebhookDeliveryStatus::Delivered => Tone::Good,
        WebhookDeliveryStatus::Failed => Tone::Bad,
        WebhookDeliveryStatus::Skipped => Tone::Neutral,
    };
    tag(tone, (text().webhooks.delivery_status)(delivery.status))
}

/// What came of an attempt: `200 in 42 ms`, or why there was no answer.
fn outcome(attempt: &WebhookAttempt) -> String {
    let words = &text().webhooks;
    match (attempt.status_code, &attempt.error) {
        (Some(code), _) => (words.answered)(code, &count(attempt.latency_ms)),
        (None, Some(error)) => error.clone(),
        (None, None) => words.no_answer.to_owned(),
    }
}

fn resend_button(delivery: &WebhookDelivery) -> AnyView {
    let (session, Resend(submit)) = (use_session(), expect_context::<Resend>());
    let words = &text().webhooks;
    let message = delivery.message_id;
    let label = StoredValue::new(format!(
        "{}: {}",
        words.resend,
        delivery.event_type.as_str()
    ));
    let over = delivery.status != WebhookDeliveryStatus::Pending;
    view! {
        <Show when=move || over && session.may(Permission::WebhooksWrite)>
            <button
                type="button"
                class="btn btn-xs"
                aria-label=label.get_value()
                disabled=move || submit.pending.get()
                on:click=move |_| submit.run(message)
            >
                {words.resend}
            </button>
        </Show>
    }
    .into_any()
}

fn detail(delivery: &WebhookDelivery) -> AnyView {
    let words = &text().webhooks;
    let next = delivery
        .next_attempt_at
        .map(|at| view! { <dt>{words.next_attempt}</dt> <dd><TimeText at/></dd> });
    let finished = delivery
        .finished_at
        .map(|at| view! { <dt>{words.finished}</dt> <dd><TimeText at/></dd> });
    let attempts = delivery
        .attempts
        .iter()
        .enumerate()
        .rev()
        .map(|(place, it)| attempt(place + 1, it));
    let attempts = match delivery.attempts.is_empty() {
        true => view! { <p class="text-muted">{words.no_attempts}</p> }.into_any(),
        false => view! { <ol class="life">{attempts.collect_view()}</ol> }.into_any(),
    };
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <code class="text-base font-semibold">{delivery.event_type.as_str()}</code>
            {status_tag(delivery)}
            {resend_button(delivery)}
        </div>
        <dl class="facts">
            <dt>{words.message_id}</dt> <dd><code>{delivery.message_id.to_string()}</code></dd>
            <dt>{words.published}</dt> <dd><TimeText at=delivery.created_at/></dd>
            {finished} {next}
        </dl>
        <section>
            <h3 class="mb-2">{words.attempts}</h3>
            {attempts}
        </section>
    }
    .into_any()
}

fn attempt(number: usize, attempt: &WebhookAttempt) -> impl IntoView + use<> {
    let words = &text().webhooks;
    let took = TimeDelta::milliseconds(attempt.latency_ms);
    let waited = (attempt.status_code.is_none() && took > TimeDelta::zero())
        .then(|| format!(" ({})", (words.after_ms)(&count(attempt.latency_ms))));
    let answer = attempt.answer.clone().filter(|answer| !answer.is_empty());
    let answer = answer.map(|answer| {
        view! { <pre class="code-line mt-1" tabindex="0" aria-label=words.answer><code>{user_words(&answer)}</code></pre> }
    });
    let at = attempt.at;
    view! {
        <li>
            <p class="font-medium">{(words.attempt)(number)} " · " <TimeText at/></p>
            <p class="break-words">{user_words(&outcome(attempt))} {waited}</p>
            {answer}
        </li>
    }
}

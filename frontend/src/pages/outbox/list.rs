//! The messages, newest first, with filters in the address.

use leptos::prelude::*;
use viral_engine_api_types::emails::{Email, EmailKind, EmailState};

use super::{Sent, state_tag};
use crate::api::use_api;
use crate::components::{
    Column, EmptyList, FilterBar, FilterSelect, InfoTip, Metric, ServerTable, TimeText, user_text,
    user_text_or_none,
};
use crate::i18n::text;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::use_router;

/// Filters of the address that the API knows too.
const FILTERS: [&str; 3] = ["state", "kind", "cursor"];

/// The tab.
pub fn view() -> AnyView {
    let (api, router, Sent(sent)) = (use_api(), use_router(), expect_context());
    let beat = steady();
    let remote = Remote::new(
        move || router.query.with(|query| query.only(&FILTERS)),
        move |query| async move { api.list_emails(&query).await },
    )
    .reload_on(move || (beat.get(), sent.get()));
    let metric = Signal::stored(
        Metric::new(text().outbox.messages, text().outbox.help).docs("emails/list_emails"),
    );
    view! {
        <Filters/>
        <ServerTable
            name="emails"
            title=text().outbox.messages
            remote
            columns=columns()
            key=|email| format!("{}{:?}{}", email.id, email.state, email.attempts)
            address=|email, router| router.query.get().on(&format!("/outbox/{}", email.id))
            aside=move || view! { <InfoTip metric/> }
            empty=|| {
                let words = &text().outbox;
                let none = (words.empty_title, words.empty_detail);
                let none_match = (words.none_match_title, words.none_match_detail);
                view! { <EmptyList filters=&FILTERS none none_match/> }
            }
        />
    }
    .into_any()
}

#[component]
fn Filters() -> impl IntoView {
    let words = &text().outbox;
    let state = |value: &str| {
        EmailState::parse(value).map_or_else(
            || value.to_owned(),
            |state| (text().outbox.state)(state).to_owned(),
        )
    };
    let kind = |value: &str| {
        EmailKind::parse(value).map_or_else(
            || value.to_owned(),
            |kind| (text().outbox.kind)(kind).to_owned(),
        )
    };
    let states = EmailState::ALL.iter();
    let kinds = EmailKind::ALL.iter();
    view! {
        <FilterBar named=vec![("state", words.state_head, state), ("kind", words.kind_head, kind)]>
            <FilterSelect
                parameter="state"
                label=words.state_head
                choices=states.map(|state| (state.as_str(), (words.state)(*state))).collect()
            />
            <FilterSelect
                parameter="kind"
                label=words.kind_head
                choices=kinds.map(|kind| (kind.as_str(), (words.kind)(*kind))).collect()
            />
        </FilterBar>
    }
}

fn columns() -> Vec<Column<Email>> {
    let words = &text().outbox;
    vec![
        Column::<Email>::new(
            "subject_line",
            words.subject,
            |email| user_text(&email.subject_line),
            |email| email.subject_line.clone(),
        )
        .sorted(|a, b| a.subject_line.cmp(&b.subject_line)),
        Column::<Email>::new(
            "kind",
            words.kind_head,
            |email| (text().outbox.kind)(email.kind).into_any(),
            |email| email.kind.as_str().to_owned(),
        )
        .sorted(|a, b| a.kind.as_str().cmp(b.kind.as_str())),
        Column::<Email>::new(
            "recipient",
            words.recipient,
            |email| user_text_or_none(email.recipient.as_ref()),
            |email| email.recipient.clone().unwrap_or_default(),
        )
        .sorted(|a, b| a.recipient.cmp(&b.recipient)),
        Column::<Email>::new("state", words.state_head, state_tag, |email| {
            email.state.as_str().to_owned()
        })
        .sorted(|a, b| a.state.as_str().cmp(b.state.as_str())),
        Column::<Email>::figures(
            "attempts",
            words.attempts,
            |email| email.attempts.to_string().into_any(),
            |email| email.attempts.to_string(),
        )
        .sorted(|a, b| a.attempts.cmp(&b.attempts)),
        Column::<Email>::new(
            "created_at",
            words.queued_at,
            |email| view! { <TimeText at=email.created_at/> }.into_any(),
            |email| email.created_at.to_rfc3339(),
        )
        .sorted(|a, b| a.created_at.cmp(&b.created_at)),
    ]
}

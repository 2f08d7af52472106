//! The list of operators.

use leptos::prelude::*;
use viral_engine_api_types::Page;
use viral_engine_api_types::operators::{Operator, OperatorStatus};

use super::role_name;
use crate::components::{Column, Empty, ServerTable, TimeText, Tone, user_text};
use crate::i18n::text;
use crate::remote::Remote;

/// The table; a row opens the form that changes the operator.
#[component]
pub fn OperatorTable(
    operators: Remote<Page<Operator>>,
    changing: RwSignal<Option<Operator>>,
    may_write: Signal<bool>,
) -> impl IntoView {
    let texts = &text().operators;
    let open = Callback::new(move |operator: Operator| {
        if may_write.get_untracked() {
            changing.set(Some(operator));
        }
    });
    view! {
        <ServerTable
            name="operators"
            title=text().pages.operators.title
            remote=operators
            columns=columns()
            key=|operator| format!("{operator:?}")
            find_parameter="find"
            open
            empty=move || view! { <Empty title=texts.empty_title detail=texts.empty_detail/> }
        />
    }
}

fn columns() -> Vec<Column<Operator>> {
    let texts = &text().operators;
    vec![
        Column::<Operator>::new(
            "email",
            texts.email,
            |o| user_text(&o.email),
            |o| o.email.clone(),
        )
        .sorted(|a, b| a.email.cmp(&b.email)),
        Column::<Operator>::new(
            "name",
            texts.name,
            |o| user_text(&o.name),
            |o| o.name.clone(),
        )
        .sorted(|a, b| a.name.cmp(&b.name)),
        Column::<Operator>::new(
            "role",
            texts.role,
            |o| role_name(o.role).into_any(),
            |o| o.role.as_str().to_owned(),
        )
        .sorted(|a, b| a.role.as_str().cmp(b.role.as_str())),
        Column::<Operator>::new("status", texts.status, status, |o| {
            state(o.status).1.to_owned()
        })
        .sorted(|a, b| state(a.status).1.cmp(state(b.status).1)),
        Column::<Operator>::new(
            "last_sign_in",
            texts.last_sign_in,
            |o| match o.last_sign_in_at {
                Some(at) => view! { <TimeText at/> }.into_any(),
                None => text().operators.never.into_any(),
            },
            |o| {
                o.last_sign_in_at
                    .map(|at| at.to_rfc3339())
                    .unwrap_or_default()
            },
        )
        .sorted(|a, b| a.last_sign_in_at.cmp(&b.last_sign_in_at)),
    ]
}

fn state(status: OperatorStatus) -> (Tone, &'static str) {
    let texts = &text().operators;
    match status {
        OperatorStatus::Invited => (Tone::Info, texts.invited),
        OperatorStatus::Active => (Tone::Good, texts.active),
        OperatorStatus::Disabled => (Tone::Neutral, texts.disabled),
    }
}

fn status(operator: &Operator) -> AnyView {
    let (tone, word) = state(operator.status);
    view! { <span class=format!("tag {}", tone.class())>{word}</span> }.into_any()
}

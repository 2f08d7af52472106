//! What one user may do now.

use leptos::prelude::*;
use viral_engine_api_types::consents::Decision;

use super::scope_view;
use crate::api::use_api;
use crate::components::{Column, DataTable, InfoTip, Metric, RemoteView, Tone, tag};
use crate::i18n::compliance;
use crate::pulse::steady;
use crate::remote::Remote;

/// The table of decisions about the user with this external id.
#[component]
pub fn Decisions(user: StoredValue<String>) -> impl IntoView {
    let (api, words, beat) = (use_api(), &compliance().consents, steady());
    let remote = Remote::new(
        || (),
        move |()| async move { api.list_decisions(&user.get_value()).await },
    )
    .reload_on(move || beat.get());
    let metric = Signal::stored(
        Metric::new(words.decisions, words.decisions_help).docs("consents/list_decisions"),
    );
    view! {
        <RemoteView remote name=words.decisions lines=6 let:list>
            <DataTable<Decision>
                name="decisions-of-user"
                title=words.decisions
                rows=Signal::derive(move || list.with(|list| list.items.clone()))
                columns=columns()
                key=|it| format!("{it:?}")
                sort_parameter="decisions"
                aside=move || view! { <InfoTip metric/> }
                empty=|| ()
            />
        </RemoteView>
    }
}

fn columns() -> Vec<Column<Decision>> {
    let words = &compliance().consents;
    vec![
        Column::<Decision>::new(
            "action",
            words.action,
            |it| (compliance().consents.action_name)(it.action).into_any(),
            |it| it.action.as_str().to_owned(),
        ),
        Column::<Decision>::new(
            "scope",
            words.scope,
            |it| scope_view(&it.scope),
            |it| it.scope.clone(),
        )
        .sorted(|a, b| a.scope.cmp(&b.scope)),
        Column::<Decision>::new("allowed", words.may, may, |it| it.allowed.to_string())
            .sorted(|a, b| a.allowed.cmp(&b.allowed)),
        Column::<Decision>::new("detail", words.why, why, |it| {
            it.detail.clone().unwrap_or_default()
        }),
    ]
}

fn may(it: &Decision) -> AnyView {
    let words = &compliance().consents;
    match it.allowed {
        true => tag(Tone::Good, words.allowed),
        false => tag(Tone::Bad, words.not_allowed),
    }
}

fn why(it: &Decision) -> AnyView {
    let words = &compliance().consents;
    let text = match (&it.detail, it.consent_id) {
        (Some(detail), _) => detail.clone(),
        (None, Some(_)) => words.by_consent.to_owned(),
        (None, None) => words.needs_nobody.to_owned(),
    };
    view! { <span class="block break-words sm:min-w-64">{text}</span> }.into_any()
}

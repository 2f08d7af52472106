//! What proves a consent: how the guardian was verified, and what the guardian was shown and ticked.

use leptos::prelude::*;
use viral_engine_api_types::consents::{Consent, ConsentDetails, ConsentEvidence};

use super::scope_view;
use crate::api::use_api;
use crate::browser::intl::Shape;
use crate::components::{Card, CopyButton, Metric, TimeText, user_words};
use crate::i18n::{compliance, text};
use crate::remote::Remote;
use crate::router::use_router;
use crate::view::use_view;

/// The card.
#[component]
pub fn Evidence(details: Signal<ConsentDetails>) -> impl IntoView {
    let words = &compliance().consents;
    let consent = Memo::new(move |_| details.with(|it| it.consent.clone()));
    let metric = Metric::new(words.evidence, words.evidence_help).docs("consents/get_consent");
    let content = move || match consent.with(|it| it.evidence.clone()) {
        Some(evidence) => {
            let consent = consent.get_untracked();
            view! { {facts(&evidence)} <Ticked consent evidence/> }.into_any()
        }
        None if consent.with(|it| it.institution.is_some()) => none(words.school_evidence),
        None => none(words.no_evidence),
    };
    view! { <Card title=words.evidence metric=metric>{content}</Card> }
}

fn none(why: &'static str) -> AnyView {
    view! { <p class="text-muted">{why}</p> }.into_any()
}

fn facts(evidence: &ConsentEvidence) -> AnyView {
    let (router, view, words) = (use_router(), use_view(), &compliance().consents);
    let (at, number) = (evidence.at, evidence.notice);
    let notice = move || router.href(&format!("/notices/{number}"));
    view! {
        <dl class="facts">
            <dt>{words.method_head}</dt> <dd>{(words.method)(evidence.method)}</dd>
            <dt>{words.transaction}</dt>
            <dd>
                <code>{user_words(&evidence.transaction)}</code>
                <CopyButton value=Signal::stored(evidence.transaction.clone()) label=words.transaction/>
            </dd>
            <dt>{words.notice}</dt>
            <dd><a class="link" href=notice>{(words.version)(&number.to_string())}</a></dd>
            <dt>{words.shown_sha}</dt>
            <dd>
                <code>{evidence.notice_sha256.clone()}</code>
                <CopyButton value=Signal::stored(evidence.notice_sha256.clone()) label=words.shown_sha/>
            </dd>
            <dt>{words.shown_in}</dt> <dd>{(text().outbox.locale)(evidence.locale)}</dd>
            <dt>{words.verified_at}</dt>
            <dd><TimeText at/> " " <span class="text-muted num">{move || view.time(at, Shape::Exact)}</span></dd>
        </dl>
    }
    .into_any()
}

/// Whether a consent was given with the same verification.
fn given_together(one: &Consent, evidence: &ConsentEvidence) -> bool {
    let same =
        |it: &ConsentEvidence| it.transaction == evidence.transaction && it.at == evidence.at;
    one.evidence.as_ref().is_some_and(same)
}

/// The scopes that the guardian ticked: each is a consent of its own with the same evidence.
#[component]
fn Ticked(consent: Consent, evidence: ConsentEvidence) -> impl IntoView {
    let (api, words) = (use_api(), &compliance().consents);
    let own = consent.scope.clone();
    let child = StoredValue::new(consent.child);
    let others = Remote::new(
        || (),
        move |()| {
            let child = child.get_value();
            async move { api.list_user_consents(&child).await }
        },
    );
    let scopes = move || {
        // Until the others are here, and when the child is erased, this one is what is known.
        let known = others.data.get().map(|list| list.items).unwrap_or_default();
        let mut scopes: Vec<String> = known
            .into_iter()
            .filter(|one| given_together(one, &evidence))
            .map(|one| one.scope)
            .collect();
        if !scopes.contains(&own) {
            scopes.push(own.clone());
        }
        scopes.sort();
        scopes
            .iter()
            .map(|scope| view! { <li>{scope_view(scope)}</li> })
            .collect_view()
    };
    view! {
        <h3 class="mt-4 mb-2">{words.ticked}</h3>
        <ul class="flex flex-col gap-2">{scopes}</ul>
    }
}

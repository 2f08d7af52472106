//! The columns of consents, wherever they are listed.

use leptos::prelude::*;
use viral_engine_api_types::consents::{Consent, ConsentMethod};

use super::{scope_view, state_tag};
use crate::components::{Column, TimeText, user_text};
use crate::format::number::NONE;
use crate::i18n::compliance;
use crate::router::Router;

/// Identity of a row, which changes with each step.
pub fn key(consent: &Consent) -> String {
    format!("{}{}", consent.id, consent.updated_at)
}

/// The page of a consent.
pub fn address(consent: &Consent, router: Router) -> String {
    router.href(&format!("/consents/{}", consent.id))
}

/// Who is asked: a guardian, or a school.
fn asked_of(consent: &Consent) -> &str {
    let named = consent.guardian.as_deref();
    named.or(consent.institution.as_deref()).unwrap_or(NONE)
}

/// Of lists of many children.
pub fn with_child() -> Vec<Column<Consent>> {
    let words = &compliance().consents;
    let child = Column::<Consent>::new(
        "child",
        words.child,
        |it| user_text(&it.child),
        |it| it.child.clone(),
    );
    let mut columns = vec![child.sorted(|a, b| a.child.cmp(&b.child))];
    columns.extend(of_a_child());
    columns
}

/// Of the list of one child.
pub fn of_a_child() -> Vec<Column<Consent>> {
    let words = &compliance().consents;
    vec![
        Column::<Consent>::new(
            "scope",
            words.scope,
            |it| scope_view(&it.scope),
            |it| it.scope.clone(),
        )
        .sorted(|a, b| a.scope.cmp(&b.scope)),
        Column::<Consent>::new(
            "state",
            words.state_head,
            |it| state_tag(it.state),
            |it| it.state.as_str().to_owned(),
        )
        .sorted(|a, b| a.state.as_str().cmp(b.state.as_str())),
        Column::<Consent>::new(
            "given_by",
            words.given_by,
            |it| user_text(asked_of(it)),
            |it| asked_of(it).to_owned(),
        )
        .sorted(|a, b| asked_of(a).cmp(asked_of(b))),
        Column::<Consent>::new("method", words.method_head, method, |it| {
            method_of(it)
                .map(ConsentMethod::as_str)
                .unwrap_or_default()
                .to_owned()
        }),
        Column::<Consent>::figures("notice", words.notice, notice, |it| {
            it.notice
                .map(|number| number.to_string())
                .unwrap_or_default()
        })
        .sorted(|a, b| a.notice.cmp(&b.notice)),
        Column::<Consent>::new("expires_at", words.expires, expires, |it| {
            it.expires_at.map(|at| at.to_rfc3339()).unwrap_or_default()
        })
        .sorted(|a, b| a.expires_at.cmp(&b.expires_at)),
        Column::<Consent>::new(
            "updated_at",
            words.updated,
            |it| view! { <TimeText at=it.updated_at/> }.into_any(),
            |it| it.updated_at.to_rfc3339(),
        )
        .sorted(|a, b| a.updated_at.cmp(&b.updated_at)),
    ]
}

/// How the guardian was verified, or is being.
fn method_of(it: &Consent) -> Option<ConsentMethod> {
    let proved = it.evidence.as_ref().map(|evidence| evidence.method);
    proved.or(it.method)
}

fn method(it: &Consent) -> AnyView {
    let name = method_of(it).map(compliance().consents.method);
    name.unwrap_or(NONE).into_any()
}

fn notice(it: &Consent) -> AnyView {
    let number = it.notice.map(|number| number.to_string());
    number.unwrap_or_else(|| NONE.to_owned()).into_any()
}

fn expires(it: &Consent) -> AnyView {
    match it.expires_at {
        Some(at) => view! { <TimeText at/> }.into_any(),
        None => NONE.into_any(),
    }
}

//! Consents: how many are where, each with its life and what proves it, those of one child, and asking a guardian.

mod actions;
mod ask;
mod by_age;
mod by_scope;
mod decisions;
mod detail;
mod evidence;
mod list;
mod overview;
mod request;
mod scopes;
mod table;
mod tally;
mod user;

use leptos::prelude::*;
use viral_engine_api_types::consents::ConsentState;
use viral_engine_api_types::permissions::Permission;

use crate::components::{Tone, tag, user_words};
use crate::i18n::compliance;
use crate::router::{encode_name, use_router};
use crate::session::use_session;

pub use detail::view as detail_view;
pub use list::view as list_view;
pub use request::view as request_view;
pub use user::view as user_view;

/// Where a consent is in its life.
fn state_tag(state: ConsentState) -> AnyView {
    let tone = match state {
        ConsentState::Active | ConsentState::SchoolAuthorised => Tone::Good,
        ConsentState::NoticeSent | ConsentState::Verifying | ConsentState::ConfirmPending => {
            Tone::Info
        }
        ConsentState::Denied | ConsentState::Revoked => Tone::Bad,
        ConsentState::Expired | ConsentState::ReconsentRequired | ConsentState::Suspended => {
            Tone::Watch
        }
        _ => Tone::Neutral,
    };
    tag(tone, (compliance().consents.state)(state))
}

/// What a scope means, in words.
fn scope_words(scope: &str) -> String {
    let words = &compliance().consents;
    if let Some(name) = (words.scope_name)(scope) {
        return name.to_owned();
    }
    match scope.split_once(':') {
        Some(("disclose", recipient)) => format!("{} {recipient}", words.disclose_to),
        Some(("ai_processing", recipient)) => format!("{} {recipient}", words.ai_by),
        _ => String::new(),
    }
}

/// A scope as the API names it, and what it means.
fn scope_view(scope: &str) -> AnyView {
    view! {
        <span class="flex flex-col">
            <code class="break-all">{scope.to_owned()}</code>
            <span class="text-xs text-muted empty:hidden">{scope_words(scope)}</span>
        </span>
    }
    .into_any()
}

/// A user by the platform's id, as a link for who may see users.
pub fn user_link(external_id: &str) -> AnyView {
    let (router, session) = (use_router(), use_session());
    let path = format!("/users/{}", encode_name(external_id));
    let name = user_words(external_id);
    match session.may(Permission::UsersRead) {
        true => view! { <a class="link" href=move || router.href(&path)>{name}</a> }.into_any(),
        false => name,
    }
}

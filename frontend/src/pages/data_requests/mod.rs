//! Data requests: copies of everything that is held on a user and its deletion, and for how long what is held is kept.

mod archive;
mod create;
mod detail;
mod list;
mod progress;
mod receipt;
mod retention;

use leptos::prelude::*;
use viral_engine_api_types::data_requests::{DataRequest, DataRequestState};
use viral_engine_api_types::permissions::Permission;

use crate::components::{Tab, Tabs, Tone, tag, user_text};
use crate::i18n::{compliance, text};
use crate::session::use_session;

pub use detail::view as detail_view;

/// The page of all requests.
pub fn list_view() -> AnyView {
    let (session, words) = (use_session(), &compliance().data_requests);
    let mut tabs = vec![Tab {
        id: "requests",
        name: words.requests,
        view: list::view,
    }];
    if session.may(Permission::ConsentsRead) {
        tabs.push(Tab {
            id: "retention",
            name: words.retention,
            view: retention::view,
        });
    }
    view! {
        <Tabs label=text().pages.data_requests.title tabs forget=&["cursor", "kind", "state", "user", "sort", "find"]/>
    }
    .into_any()
}

/// How far a request is.
fn state_tag(state: DataRequestState) -> AnyView {
    let tone = match state {
        DataRequestState::Waiting => Tone::Neutral,
        DataRequestState::Running => Tone::Info,
        DataRequestState::Completed => Tone::Good,
        DataRequestState::Failed => Tone::Bad,
    };
    tag(tone, (compliance().data_requests.state)(state))
}

/// Whom it is about; nothing leads to who is erased.
fn user_view(request: &DataRequest) -> AnyView {
    match &request.user {
        Some(user) => user_text(user),
        None => compliance().data_requests.erased_user.into_any(),
    }
}

/// Whether its job has still to do it.
fn is_under_way(request: &DataRequest) -> bool {
    matches!(
        request.state,
        DataRequestState::Waiting | DataRequestState::Running
    )
}

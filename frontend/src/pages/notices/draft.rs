//! The draft of the next version: everything that is needed to write it.

use leptos::prelude::*;

use super::editor::Editor;
use super::edits::Start;
use crate::api::use_api;
use crate::components::RemoteView;
use crate::i18n::{compliance, text};
use crate::remote::Remote;
use crate::router::use_router;

/// The page.
pub fn view() -> AnyView {
    let (api, router) = (use_api(), use_router());
    let remote = Remote::new(
        || (),
        move |()| async move {
            let versions = api.list_notices().await?.items;
            let template = api.get_notice_template().await?;
            Ok(Start { versions, template })
        },
    );
    view! {
        <a class="link self-start" href=move || router.href("/notices")>{compliance().notices.to_list}</a>
        <RemoteView remote name=text().pages.notice_draft.title lines=14 let:start>
            <Editor start remote/>
        </RemoteView>
    }
    .into_any()
}

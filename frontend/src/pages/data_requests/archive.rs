//! The archive of a copy, for as long as it is kept.

use leptos::prelude::*;
use viral_engine_api_types::data_requests::DataRequest;
use viral_engine_api_types::permissions::Permission;

use crate::api::data_requests::data_archive;
use crate::components::{Card, Icon, TimeText, icon};
use crate::i18n::compliance;
use crate::session::use_session;
use crate::view::use_view;

/// The card.
#[component]
pub fn Archive(request: Signal<DataRequest>) -> impl IntoView {
    let (session, view, words) = (use_session(), use_view(), &compliance().data_requests);
    let until = Memo::new(move |_| request.with(|it| it.archive_until));
    let file = move || data_archive(request.with(|it| it.id));
    let content = move || {
        let until = until.get().filter(|until| *until > view.now.get());
        match (until, session.may(Permission::DataRequestsWrite)) {
            (None, _) => view! { <p class="text-muted">{words.archive_gone}</p> }.into_any(),
            (Some(_), false) => view! { <p class="text-muted">{words.archive_not_yours}</p> }.into_any(),
            (Some(until), true) => view! {
                <p class="text-muted mb-3">{words.archive_help}</p>
                <div class="flex flex-wrap items-center gap-3">
                    <a class="btn btn-primary btn-sm" href=file download="">{icon(Icon::Download)} {words.fetch}</a>
                    <span class="text-muted">{words.until} " " <TimeText at=until/></span>
                </div>
            }
            .into_any(),
        }
    };
    view! { <Card title=words.archive>{content}</Card> }
}

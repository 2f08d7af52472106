//! Every consent about one user, and what the user may do by them.

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::consents::Consent;
use viral_engine_api_types::permissions::Permission;

use super::decisions::Decisions;
use super::table;
use crate::api::use_api;
use crate::components::{DataTable, Empty, InfoTip, Metric, RemoteView};
use crate::i18n::compliance;
use crate::pages::not_found;
use crate::pulse::steady;
use crate::remote::Remote;
use crate::router::{Query, encode_name, is_step, use_params, use_router};
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let child = use_params()
        .with_untracked(|params| params.get("external_id").unwrap_or_default().to_owned());
    view! { <OfUser child/> }.into_any()
}

#[component]
fn OfUser(child: String) -> impl IntoView {
    let (api, router, session) = (use_api(), use_router(), use_session());
    let words = &compliance().consents;
    let child = StoredValue::new(child);
    let beat = steady();
    let remote = Remote::new(
        || (),
        move |()| {
            let child = child.get_value();
            async move { api.list_user_consents(&child).await }
        },
    )
    .reload_on(move || beat.get());
    let unknown = Memo::new(move |_| {
        let error = remote.error.get();
        error.is_some_and(|error| error.code() == Some(ErrorCode::NotFound))
    });
    let ask = move || {
        let query = Query::new().and("child", child.get_value()).and("new", 1);
        router.href_with("/consents", &query)
    };
    let user = move || router.href(&format!("/users/{}", encode_name(&child.get_value())));
    let metric =
        Signal::stored(Metric::new(words.list, words.help).docs("consents/list_user_consents"));
    let there = move || {
        view! {
            <div class="flex flex-wrap items-center gap-3">
                <Show when=move || session.may(Permission::UsersRead)>
                    <a class="link" href=user>{words.to_user} " " <code>{child.get_value()}</code></a>
                </Show>
                <Show when=move || session.may(Permission::ConsentsWrite)>
                    <a class="btn btn-primary btn-sm" href=ask>{words.request}</a>
                </Show>
            </div>
            <RemoteView remote name=words.list lines=8 let:list>
                <DataTable<Consent>
                    name="consents-of-user"
                    title=words.list
                    top=true
                    rows=Signal::derive(move || list.with(|list| list.items.clone()))
                    columns=table::of_a_child()
                    key=table::key
                    find_parameter="find"
                    address=table::address
                    aside=move || view! { <InfoTip metric/> }
                    empty=move || view! { <Empty title=words.user_empty_title detail=words.user_empty_detail/> }
                />
            </RemoteView>
            // No address can name these ids, as browsers take them for steps.
            <Show when=move || !child.with_value(|child| is_step(child))>
                <Decisions user=child/>
            </Show>
        }
    };
    move || match unknown.get() {
        true => not_found::view(),
        false => there().into_any(),
    }
}

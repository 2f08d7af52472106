//! Publishing the draft: what is saved, in every language, and never to be changed any more.

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::notices::Notice;

use super::desk::Desk;
use super::edits::Start;
use crate::api::{ApiError, use_api};
use crate::components::{Card, ConfirmDialog, Submit, Tone, use_toasts};
use crate::i18n::compliance;
use crate::remote::Remote;
use crate::router::use_router;

/// What keeps the draft from being published.
fn obstacle(desk: Desk) -> Option<&'static str> {
    let words = &compliance().notices;
    if desk.is_dirty() || desk.start.with(|start| start.draft().is_none()) {
        return Some(words.publish_saved_first);
    }
    (!desk.edits().is_whole()).then_some(words.publish_both)
}

/// The card with the button.
#[component]
pub fn Publish(desk: Desk, remote: Remote<Start>) -> impl IntoView {
    let (api, toasts, router) = (use_api(), use_toasts(), use_router());
    let words = &compliance().notices;
    let open = RwSignal::new(false);
    // Number, version and weight of what is saved.
    let draft = Memo::new(move |_| {
        let of = |draft: &Notice| (draft.number, draft.version, draft.is_material);
        desk.start.with(|start| start.draft().map(of))
    });
    let publish = Submit::new(
        move |()| async move {
            match draft.get_untracked() {
                Some((number, version, _)) => api.publish_notice(number, version).await,
                None => Err(ApiError::changed_since()),
            }
        },
        move |notice: Notice| {
            open.set(false);
            toasts.show(
                Tone::Good,
                (words.published_toast)(&notice.number.to_string()),
            );
            router.go_to("/notices");
        },
    );
    Effect::new(move |_| {
        let refused = publish.error.get();
        if refused.is_some_and(|it| it.code() == Some(ErrorCode::PreconditionFailed)) {
            remote.reload();
        }
    });
    let named = Signal::derive(move || {
        let number = draft.get().map_or(0, |(number, ..)| number);
        number.to_string()
    });
    let is_material = move || draft.get().is_some_and(|(.., is_material)| is_material);
    let consequence = Signal::derive(move || {
        let said = match is_material() {
            true => words.publish_material,
            false => words.publish_help,
        };
        said.to_owned()
    });
    // What ends consents is not to be done by a slip.
    let word = Signal::derive(move || match is_material() {
        true => (words.version)(&named.get()),
        false => String::new(),
    });
    let why_not = Memo::new(move |_| obstacle(desk));
    view! {
        <Card title=words.publish>
            <p class="text-muted mb-3">{move || why_not.get().map_or_else(|| consequence.get(), str::to_owned)}</p>
            <button
                type="button"
                class="btn btn-sm"
                disabled=move || why_not.get().is_some()
                on:click=move |_| open.set(true)
            >
                {words.publish}
            </button>
        </Card>
        <ConfirmDialog
            open
            on_close=Callback::new(move |()| open.set(false))
            title=Signal::derive(move || (words.publish_title)(&named.get()))
            consequence
            word
            action=words.publish
            class="btn btn-primary"
            submit=publish
        />
    }
}

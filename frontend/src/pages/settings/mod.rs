//! Thresholds: every setting with its range and effect, and what would be flagged before anything is saved.

mod edits;
mod field;
mod groups;
mod preview;

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::settings::{SettingList, UpdateSettings};

pub use self::groups::Group;

use self::edits::{Edits, fault, update};
use self::field::SettingField;
use self::groups::grouped;
use self::preview::Preview;
use crate::api::{Tagged, use_api};
use crate::components::field::{focus_first_error, focus_on_failure};
use crate::components::{RemoteView, Submit, Tone, error_panel, use_toasts};
use crate::drafts::draft_as;
use crate::i18n::text;
use crate::remote::Remote;
use crate::session::use_session;

/// The page.
pub fn view() -> AnyView {
    let api = use_api();
    let settings = Remote::new(|| (), move |()| async move { api.list_settings().await });
    view! {
        <RemoteView remote=settings name=text().pages.settings.title lines=12 let:list>
            <Form remote=settings list/>
        </RemoteView>
    }
    .into_any()
}

#[component]
fn Form(remote: Remote<Tagged<SettingList>>, list: Signal<Tagged<SettingList>>) -> impl IntoView {
    let (api, session, toasts) = (use_api(), use_session(), use_toasts());
    let texts = &text().settings;
    let edits = draft_as("settings", Edits::new(), edits::read, edits::write);
    let may_write = Signal::derive(move || session.may(Permission::SettingsWrite));
    let submit = Submit::new(
        move |(change, etag): (UpdateSettings, String)| async move {
            api.update_settings(&change, &etag).await
        },
        move |saved: Tagged<SettingList>| {
            edits.set(Edits::new());
            remote.data.set(Some(saved));
            toasts.show(Tone::Good, texts.saved);
        },
    );
    let faulty = move || {
        list.with(|list| {
            let all = &list.value.items;
            edits.with(|edits| all.iter().any(|s| fault(s, all, edits).is_some()))
        })
    };
    let send = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let change = edits.with_untracked(update);
        match change.filter(|_| !untrack(faulty)) {
            Some(change) => submit.run((change, list.with_untracked(|list| list.etag.clone()))),
            None => focus_first_error(),
        }
    };
    // Somebody else saved meanwhile: what was typed stays, on top of what is in force now.
    let stale = move || {
        submit.error.with(|error| {
            error.as_ref().and_then(crate::api::ApiError::code)
                == Some(ErrorCode::PreconditionFailed)
        })
    };
    focus_on_failure(submit.error);
    let groups = Memo::new(move |_| list.with(|list| grouped(&list.value.items)));
    let group = move |(group, keys): (Group, Vec<String>)| {
        let fields = keys
            .into_iter()
            .map(|key| view! { <SettingField list edits key may_write error=submit.error/> });
        view! {
            <section class="flex flex-col gap-6">
                <h2>{(texts.group)(group)}</h2>
                {fields.collect_view()}
            </section>
        }
    };
    let unchanged = move || edits.with(Edits::is_empty);
    view! {
        <div class="grid gap-4 lg:grid-cols-[minmax(0,1fr)_20rem] items-start">
            <form class="card-box" novalidate on:submit=send>
                <div class="card-body flex flex-col gap-6">
                    <For each=move || groups.get() key=Clone::clone children=group/>
                    <Show when=move || may_write.get()>
                        <div class="flex flex-wrap gap-2 sticky bottom-0 bg-base-100 py-3">
                            // What failed is said where the button is, however long the form.
                            <div class="basis-full empty:hidden">
                                {move || submit.error.get().map(|error| error_panel(&error))}
                            </div>
                            <Show when=stale>
                                <button
                                    type="button"
                                    class="btn"
                                    on:click=move |_| {
                                        submit.error.set(None);
                                        remote.reload();
                                    }
                                >
                                    {texts.read_again}
                                </button>
                            </Show>
                            <button
                                type="submit"
                                class="btn btn-primary"
                                disabled=move || unchanged() || submit.pending.get()
                            >
                                {text().actions.save}
                            </button>
                            <button
                                type="button"
                                class="btn btn-ghost"
                                disabled=unchanged
                                on:click=move |_| edits.set(Edits::new())
                            >
                                {texts.discard}
                            </button>
                        </div>
                    </Show>
                </div>
            </form>
            <Show when=move || may_write.get()><Preview edits/></Show>
        </div>
    }
}

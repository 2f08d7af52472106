//! Writing the draft. What is typed is kept in the tab until it is saved or discarded, and is never replaced by what
//! somebody else has saved.

use leptos::prelude::*;
use viral_engine_api_types::ErrorCode;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::{Notice, WriteNotice};

use super::LocaleChoice;
use super::conflict::Conflict;
use super::desk::Desk;
use super::edits::Start;
use super::panel::Panel;
use super::publish::Publish;
use crate::api::{ApiError, use_api};
use crate::components::field::focus_first_error;
use crate::components::{Submit, TextArea, Tone, error_panel, use_toasts};
use crate::i18n::compliance;
use crate::remote::Remote;

type Save = Submit<(WriteNotice, Option<i64>), Notice>;

/// The page's content.
#[component]
pub fn Editor(start: Signal<Start>, remote: Remote<Start>) -> impl IntoView {
    let (api, toasts) = (use_api(), use_toasts());
    let words = &compliance().notices;
    let desk = Desk::new(start);
    let save: Save = Submit::new(
        move |(notice, read): (WriteNotice, Option<i64>)| async move {
            api.write_notice(&notice, read).await
        },
        move |saved: Notice| {
            desk.note_saved(&saved);
            place(remote, saved);
            toasts.show(Tone::Good, words.saved);
        },
    );
    let checked = RwSignal::new(false);
    Effect::new(move |_| {
        let code = save
            .error
            .with(|error| error.as_ref().and_then(ApiError::code));
        if code == Some(ErrorCode::PreconditionFailed) {
            // The draft is another by now: what it says is told, and nothing of ours is lost.
            remote.reload();
        }
    });
    let send = Callback::new(move |()| {
        checked.set(true);
        let edits = untrack(|| desk.edits());
        let long = EmailLocale::ALL.iter().find(|it| edits.is_too_long(**it));
        let whole = edits.whole();
        match long {
            Some(locale) => desk.locale.set(*locale),
            None if !whole.texts.is_empty() => return save.run((whole, edits.base)),
            None => {}
        }
        focus_first_error();
    });
    view! {
        <Conflict desk save=send/>
        <form
            class="card-box"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                send.run(());
            }
        >
            <div class="card-body flex flex-col gap-4">
                <div class="flex flex-wrap items-center gap-3">
                    <LocaleChoice locale=desk.locale/>
                    <span class="text-muted">{move || begun_from(desk)}</span>
                </div>
                <div class="grid gap-4 xl:grid-cols-2 items-start">
                    <Words desk checked error=save.error/>
                    <Panel desk/>
                </div>
                <Material desk/>
                <Bar desk save/>
            </div>
        </form>
        <Publish desk remote/>
    }
}

/// What was saved takes the place of the draft there was.
fn place(remote: Remote<Start>, saved: Notice) {
    remote.data.update(|start| {
        if let Some(start) = start {
            start
                .versions
                .retain(|notice| notice.number != saved.number);
            start.versions.insert(0, saved);
        }
    });
}

/// What the words were before anybody wrote here.
fn begun_from(desk: Desk) -> String {
    let words = &compliance().notices;
    desk.start
        .with(|start| match (start.draft(), start.current()) {
            (Some(draft), _) => (words.version)(&draft.number.to_string()),
            (None, Some(current)) => (words.from_version)(&current.number.to_string()),
            (None, None) => words.from_template.to_owned(),
        })
}

#[component]
fn Words(desk: Desk, checked: RwSignal<bool>, error: RwSignal<Option<ApiError>>) -> impl IntoView {
    let words = &compliance().notices;
    let fault = move |locale: EmailLocale| {
        Signal::derive(move || {
            let edits = desk.edits();
            if edits.is_too_long(locale) {
                return Some(words.too_long.to_owned());
            }
            if checked.get() && edits.whole().texts.is_empty() {
                return Some(words.empty_draft.to_owned());
            }
            let sent = edits.whole().texts;
            let place = sent.iter().position(|text| text.locale == locale)?;
            error.get()?.field(&format!("/texts/{place}/body"))
        })
    };
    let gaps = move || {
        let gaps = desk.edits().gaps(desk.locale.get());
        (gaps > 0).then(|| (words.gaps)(gaps as i64))
    };
    let area = move || {
        let locale = desk.locale.get();
        let label = (words.words_in)((words.locale)(locale));
        view! { <TextArea label=label value=desk.shown() rows="22" help=words.words_help error=fault(locale)/> }
    };
    view! {
        <div class="notice-words min-w-0">
            {area}
            <p class="text-xs tone-watch mt-1 empty:hidden" role="status">{gaps}</p>
        </div>
    }
}

#[component]
fn Material(desk: Desk) -> impl IntoView {
    let words = &compliance().notices;
    view! {
        <label class="flex items-start gap-2">
            <input
                type="checkbox"
                class="checkbox checkbox-sm"
                prop:checked=desk.is_material
                on:change=move |event| desk.is_material.set(event_target_checked(&event))
            />
            <span>
                {words.material_label}
                <span class="block text-xs text-muted">{words.material_help}</span>
            </span>
        </label>
    }
}

/// What is not saved, and the buttons.
#[component]
fn Bar(desk: Desk, save: Save) -> impl IntoView {
    let words = &compliance().notices;
    let failed = move || {
        // That somebody else has changed it is said above, with what to do.
        let error = save.error.get()?;
        (error.code() != Some(ErrorCode::PreconditionFailed)).then(|| error_panel(&error))
    };
    let said = move || match desk.is_dirty() {
        true => words.unsaved,
        false => words.all_saved,
    };
    view! {
        <div class="flex flex-wrap items-center gap-2 sm:sticky bottom-0 bg-base-100 py-3">
            <div class="basis-full empty:hidden">{failed}</div>
            <button
                type="submit"
                class="btn btn-primary"
                disabled=move || save.pending.get() || desk.is_stale()
            >
                {words.save}
            </button>
            <button type="button" class="btn btn-ghost" disabled=move || !desk.is_dirty() on:click=move |_| desk.discard()>
                {words.discard}
            </button>
            <span class="text-muted" role="status">{said}</span>
        </div>
    }
}

//! Notices: what guardians are told before they consent. Versions that never change, and the draft of the next.

mod conflict;
mod desk;
mod diff;
mod diff_view;
mod draft;
mod editor;
mod edits;
mod list;
mod panel;
mod publish;
mod version;

use leptos::prelude::*;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::{Notice, ShownNoticeText};

use crate::i18n::compliance;

pub use draft::view as draft_view;
pub use list::view as list_view;
pub use version::view as version_view;

/// The draft among the versions.
fn draft_of(versions: &[Notice]) -> Option<&Notice> {
    versions.iter().find(|notice| notice.published_at.is_none())
}

/// What guardians see now.
fn current_of(versions: &[Notice]) -> Option<&Notice> {
    versions.iter().find(|notice| notice.published_at.is_some())
}

/// The words of a version in a language.
fn words_of(notice: &Notice, locale: EmailLocale) -> Option<&ShownNoticeText> {
    notice.texts.iter().find(|text| text.locale == locale)
}

/// Chooses the language that is shown.
#[component]
fn LocaleChoice(locale: RwSignal<EmailLocale>) -> impl IntoView {
    let words = &compliance().notices;
    let choices = EmailLocale::ALL
        .iter()
        .map(|one| (*one, (words.locale)(*one)))
        .collect();
    view! { <Choice label=words.language chosen=locale choices/> }
}

/// A few choices beside each other, of which one is in effect.
#[component]
fn Choice<T: Copy + PartialEq + Send + Sync + 'static>(
    /// What is chosen.
    label: &'static str,
    /// The choice in effect.
    chosen: RwSignal<T>,
    /// The choices and their names.
    choices: Vec<(T, &'static str)>,
) -> impl IntoView {
    let one = move |(value, name): (T, &'static str)| {
        let is_chosen = move || chosen.get() == value;
        view! {
            <button
                type="button"
                class="btn btn-sm"
                aria-pressed=move || is_chosen().to_string()
                on:click=move |_| chosen.set(value)
            >
                {name}
            </button>
        }
    };
    view! {
        <span class="choice" role="group" aria-label=label>{choices.into_iter().map(one).collect_view()}</span>
    }
}

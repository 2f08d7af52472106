//! What stands beside the words that are written: how they differ from what is published or saved, and how guardians
//! will see what is saved.

use leptos::prelude::*;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::Notice;

use super::desk::Desk;
use super::diff_view::DiffView;
use super::edits::Start;
use super::{Choice, words_of};
use crate::components::HtmlFrame;
use crate::i18n::compliance;

/// What is shown beside the words.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Side {
    Changes,
    Preview,
}

/// What the words are compared with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Against {
    Published,
    Saved,
}

impl Against {
    fn notice(self, start: &Start) -> Option<&Notice> {
        match self {
            Self::Published => start.current(),
            Self::Saved => start.draft(),
        }
    }
}

/// The panel.
#[component]
pub fn Panel(desk: Desk) -> impl IntoView {
    let words = &compliance().notices;
    let choices = vec![
        (Side::Changes, words.differences),
        (Side::Preview, words.as_shown),
    ];
    let content = move || match desk.side.get() {
        Side::Changes => view! { <Changes desk/> }.into_any(),
        Side::Preview => view! { <Preview desk/> }.into_any(),
    };
    view! {
        <div class="flex flex-col gap-3 min-w-0">
            <Choice label=words.show_as chosen=desk.side choices/>
            {content}
        </div>
    }
}

fn body(notice: &Notice, locale: EmailLocale) -> String {
    let text = words_of(notice, locale);
    text.map(|text| text.body.clone()).unwrap_or_default()
}

#[component]
fn Changes(desk: Desk) -> impl IntoView {
    let words = &compliance().notices;
    let old = Memo::new(move |_| {
        let (against, locale) = (desk.against.get(), desk.locale.get());
        desk.start
            .with(|start| against.notice(start).map(|notice| body(notice, locale)))
    });
    let new = Signal::derive(move || desk.shown().get());
    let choices = vec![
        (Against::Published, words.the_published),
        (Against::Saved, words.the_saved),
    ];
    let there = Memo::new(move |_| old.with(Option::is_some));
    let content = move || match (there.get(), desk.against.get()) {
        (true, _) => {
            let old = Signal::derive(move || old.get().unwrap_or_default());
            view! { <DiffView old new/> }.into_any()
        }
        (false, Against::Published) => {
            view! { <p class="text-muted">{words.nothing_published}</p> }.into_any()
        }
        (false, Against::Saved) => {
            view! { <p class="text-muted">{words.nothing_saved}</p> }.into_any()
        }
    };
    view! {
        <div class="flex flex-wrap items-center gap-2">
            <span aria-hidden="true">{words.compare_with}</span>
            <Choice label=words.compare_with chosen=desk.against choices/>
        </div>
        {content}
    }
}

/// The engine makes the HTML, so that what is shown here is what guardians see, to the letter.
#[component]
fn Preview(desk: Desk) -> impl IntoView {
    let words = &compliance().notices;
    let html = Memo::new(move |_| {
        let locale = desk.locale.get();
        desk.start.with(|start| {
            let text = start.draft().and_then(|draft| words_of(draft, locale));
            text.map(|text| text.html.clone())
        })
    });
    let there = Memo::new(move |_| html.with(Option::is_some));
    let content = move || match there.get() {
        true => {
            let html = Signal::derive(move || html.get().unwrap_or_default());
            view! { <HtmlFrame title=words.as_shown html/> }.into_any()
        }
        false => view! { <p class="text-muted">{words.not_saved_preview}</p> }.into_any(),
    };
    view! {
        <Show when=move || there.get() && desk.is_dirty()>
            <p class="text-xs tone-watch">{words.older_preview}</p>
        </Show>
        {content}
    }
}

//! Short messages at the edge of the screen. Good news leave by themselves, bad news stay until read.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;

use super::icon::{Icon, icon};
use super::user_text::user_words;
use crate::api::ApiError;
use crate::i18n::text;

const STAY: Duration = Duration::from_secs(6);
/// What can be undone can be undone for this long.
const UNDO: Duration = Duration::from_secs(10);

/// What a message or a figure says about the state of things.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tone {
    Good,
    Watch,
    Bad,
    Info,
    Neutral,
}

impl Tone {
    /// For `data-tone`.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Good => "good",
            Self::Watch => "watch",
            Self::Bad => "bad",
            Self::Info => "info",
            Self::Neutral => "neutral",
        }
    }

    /// Class that colours text.
    pub fn class(self) -> &'static str {
        match self {
            Self::Good => "tone-good",
            Self::Watch => "tone-watch",
            Self::Bad => "tone-bad",
            Self::Info => "tone-info",
            Self::Neutral => "tone-neutral",
        }
    }
}

/// Takes back what was done. It outlives the page it was done on, so it holds nothing of that page.
type Undo = Arc<dyn Fn() + Send + Sync>;

#[derive(Clone)]
struct Toast {
    id: u32,
    tone: Tone,
    message: String,
    undo: Option<Undo>,
}

/// The messages that are shown.
#[derive(Clone, Copy)]
pub struct Toasts {
    shown: RwSignal<Vec<Toast>>,
    last: StoredValue<u32>,
}

/// The messages of the app.
pub fn use_toasts() -> Toasts {
    expect_context()
}

impl Default for Toasts {
    fn default() -> Self {
        Self {
            shown: RwSignal::new(Vec::new()),
            last: StoredValue::new(0),
        }
    }
}

impl Toasts {
    /// Shows a message.
    pub fn show(&self, tone: Tone, message: impl Into<String>) {
        self.add(tone, message.into(), None);
    }

    /// Shows what was done, with a way back for 10 s. The way back must not use signals of a page, as the
    /// operator may have left it by then.
    pub fn show_with_undo(
        &self,
        message: impl Into<String>,
        undo: impl Fn() + Send + Sync + 'static,
    ) {
        self.add(Tone::Good, message.into(), Some(Arc::new(undo)));
    }

    /// Shows that something failed.
    pub fn show_error(&self, error: &ApiError) {
        let message = match error.remark() {
            Some(remark) => format!("{}. {remark}", error.title()),
            None => error.title(),
        };
        self.show(Tone::Bad, message);
    }

    fn add(&self, tone: Tone, message: String, undo: Option<Undo>) {
        let toasts = *self;
        let stay = if undo.is_some() { UNDO } else { STAY };
        self.last.update_value(|last| *last += 1);
        let id = self.last.get_value();
        self.shown.update(|shown| {
            shown.push(Toast {
                id,
                tone,
                message,
                undo,
            });
        });
        if tone != Tone::Bad {
            set_timeout(move || toasts.remove(id), stay);
        }
    }

    fn remove(&self, id: u32) {
        self.shown
            .update(|shown| shown.retain(|toast| toast.id != id));
    }
}

/// Where messages appear. The region is always there, so that screen readers hear what is put into it.
#[component]
pub fn ToastRegion() -> impl IntoView {
    let toasts = use_toasts();
    view! {
        <div class="toasts" role="status" aria-live="polite">
            <For each=move || toasts.shown.get() key=|toast| toast.id let:toast>
                <ToastView toasts toast/>
            </For>
        </div>
    }
}

#[component]
fn ToastView(toasts: Toasts, toast: Toast) -> impl IntoView {
    let Toast {
        id,
        tone,
        message,
        undo,
    } = toast;
    let undo_button = undo.map(|undo| {
        let run = move |_| {
            toasts.remove(id);
            undo();
        };
        view! { <button type="button" class="btn btn-xs" on:click=run>{text().actions.undo}</button> }
    });
    view! {
        <div class="toast-box" data-tone=tone.as_str()>
            <span class="flex-1 min-w-0">{user_words(&message)}</span>
            {undo_button}
            <button
                type="button"
                class="btn btn-ghost btn-square btn-xs"
                aria-label=text().actions.close
                on:click=move |_| toasts.remove(id)
            >
                {icon(Icon::Close)}
            </button>
        </div>
    }
}

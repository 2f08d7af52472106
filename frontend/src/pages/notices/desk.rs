//! What is written of the draft, beside what is saved of it.

use leptos::prelude::*;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::notices::Notice;

use super::edits::{Edits, Start, place_of, read, write};
use super::panel::{Against, Side};
use crate::drafts::draft_as;

/// What is written, beside what is saved.
#[derive(Clone, Copy)]
pub struct Desk {
    /// What there is to begin with, as the engine said last.
    pub start: Signal<Start>,
    /// What is not saved; none when everything is.
    kept: RwSignal<Option<Edits>>,
    /// The words, in the order of the languages.
    words: StoredValue<Vec<RwSignal<String>>>,
    /// Whether consents to earlier versions do not cover it.
    pub is_material: RwSignal<bool>,
    base: RwSignal<Option<i64>>,
    /// What is written differs from this, or is saved.
    began: RwSignal<Edits>,
    /// The language that is shown.
    pub locale: RwSignal<EmailLocale>,
    /// What stands beside the words.
    pub side: RwSignal<Side>,
    /// What the words are compared with.
    pub against: RwSignal<Against>,
}

impl Desk {
    /// As it was kept in the tab, else as it is saved.
    pub fn new(start: Signal<Start>) -> Self {
        let kept = draft_as("notice", None, read, write);
        let first = kept
            .get_untracked()
            .unwrap_or_else(|| start.with_untracked(Start::edits));
        let words = first.words.into_iter().map(RwSignal::new).collect();
        let against = match start.with_untracked(|start| start.current().is_some()) {
            true => Against::Published,
            false => Against::Saved,
        };
        let desk = Self {
            start,
            kept,
            words: StoredValue::new(words),
            is_material: RwSignal::new(first.is_material),
            base: RwSignal::new(first.base),
            began: RwSignal::new(start.with_untracked(Start::edits)),
            locale: RwSignal::new(EmailLocale::En),
            side: RwSignal::new(Side::Changes),
            against: RwSignal::new(against),
        };
        Effect::new(move |_| {
            let edits = desk.edits();
            let is_saved = desk.began.with(|began| edits.says_the_same(began));
            kept.set((!is_saved).then_some(edits));
        });
        // Who has written nothing follows what others have saved.
        Effect::new(move |_| {
            let saved = start.with(Start::edits);
            if kept.with(Option::is_none) && saved != untrack(|| desk.edits()) {
                desk.take(saved);
            }
        });
        desk
    }

    /// What is written.
    pub fn edits(self) -> Edits {
        let words = self.words.get_value();
        Edits {
            base: self.base.get(),
            is_material: self.is_material.get(),
            words: words.iter().map(RwSignal::get).collect(),
        }
    }

    /// Replaces everything that is written.
    fn take(self, edits: Edits) {
        self.base.set(edits.base);
        self.is_material.set(edits.is_material);
        let words = self.words.get_value();
        for (signal, words) in words.into_iter().zip(edits.words.clone()) {
            signal.set(words);
        }
        self.began.set(edits);
    }

    /// Gives up what is not saved.
    pub fn discard(self) {
        self.take(self.start.with_untracked(Start::edits));
    }

    /// Goes on from what somebody else has saved, with these words.
    pub fn rebase(self) {
        let saved = self.start.with_untracked(Start::edits);
        self.base.set(saved.base);
        self.began.set(saved);
    }

    /// These words, or what they were when they were sent, are saved.
    pub fn note_saved(self, saved: &Notice) {
        self.base.set(Some(saved.version));
        self.began.set(Edits::of(saved));
    }

    /// Whether something is not saved.
    pub fn is_dirty(self) -> bool {
        self.kept.with(Option::is_some)
    }

    /// Whether the draft is another than the one that was read.
    pub fn is_stale(self) -> bool {
        let version = self.start.with(|start| start.draft().map(|it| it.version));
        self.is_dirty() && version != self.base.get()
    }

    /// The words of the language that is shown.
    pub fn shown(self) -> RwSignal<String> {
        let place = place_of(self.locale.get()).unwrap_or(0);
        self.words.with_value(|words| words[place])
    }
}

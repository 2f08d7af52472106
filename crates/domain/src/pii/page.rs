//! A text and what several detectors need of it, computed once.

use super::context::{Context, TELLING, context_after, contexts_before};
use super::numbers::{Group, Window, find_groups};
use super::text::Text;
use super::words::{Features, Word, survey};

pub(super) struct Page<'a> {
    pub(super) text: &'a Text,
    pub(super) groups: Vec<Group>,
    pub(super) words: Vec<Word>,
    pub(super) features: Features,
    /// What the words before each group say; empty when no word says anything.
    contexts: Vec<Option<Context>>,
}

impl<'a> Page<'a> {
    pub(super) fn new(text: &'a Text) -> Self {
        let (words, features) = survey(text);
        let groups = if features.digits {
            find_groups(text)
        } else {
            Vec::new()
        };
        let contexts = if features.classes.any(TELLING) {
            contexts_before(&words, &groups)
        } else {
            Vec::new()
        };
        Self {
            text,
            groups,
            words,
            features,
            contexts,
        }
    }

    /// What the words around a number say: those before it, else those after.
    pub(super) fn context_of(&self, window: &Window<'_>) -> Option<Context> {
        if self.contexts.is_empty() {
            return None;
        }
        let before = self.contexts.get(window.first_group()).copied().flatten();
        before.or_else(|| context_after(self.text, &self.words, window.range().end))
    }

    /// The index of the first word that starts at `at` or later.
    pub(super) fn word_from(&self, at: usize) -> usize {
        self.words.partition_point(|word| word.range().start < at)
    }

    /// The index of the word that starts at `at`.
    pub(super) fn word_at_index(&self, at: usize) -> Option<usize> {
        let index = self.word_from(at);
        (self.words.get(index)?.range().start == at).then_some(index)
    }

    /// The word that starts at `at`.
    pub(super) fn word_at(&self, at: usize) -> Option<&Word> {
        let word = self.words.get(self.word_from(at))?;
        (word.range().start == at).then_some(word)
    }

    /// The word that ends at `end`.
    pub(super) fn word_ending(&self, end: usize) -> Option<&Word> {
        let word = self.words.get(self.word_from(end).checked_sub(1)?)?;
        (word.range().end == end).then_some(word)
    }

    /// The index of the first group that starts at `at` or later.
    pub(super) fn group_from(&self, at: usize) -> usize {
        self.groups
            .partition_point(|group| group.range().start < at)
    }

    /// The group that starts at `at`.
    pub(super) fn group_at(&self, at: usize) -> Option<&Group> {
        let group = self.groups.get(self.group_from(at))?;
        (group.range().start == at).then_some(group)
    }

    /// A word in small letters.
    pub(super) fn lower(&self, word: &Word) -> String {
        let written = self.text.all_of(&word.range()).iter();
        written.flat_map(|char| char.to_lowercase()).collect()
    }

    /// Whether a number is just before a word: `118 PS`, `5 KGS`.
    pub(super) fn follows_number(&self, word: &Word) -> bool {
        let start = self
            .text
            .skip_back(word.range().start, 1, |char| char == ' ');
        self.text
            .before(start)
            .is_some_and(|char| char.is_ascii_digit())
    }

    /// Whether a word is this one (lower-case), in either case.
    pub(super) fn is_written(&self, word: &Word, written: &str) -> bool {
        word.len() == written.chars().count() && self.text.has_word_at(word.range().start, written)
    }

    /// The characters between a word and the one after it, at most `N`; `None` when there are more
    /// or no other word.
    pub(super) fn gap_after<const N: usize>(&self, word: usize) -> Option<Gap<N>> {
        let (this, next) = (self.words.get(word)?, self.words.get(word + 1)?);
        Gap::of(self.text, this.range().end, next.range().start)
    }

    /// Whether a word begins a sentence or a line, or the text.
    pub(super) fn begins_sentence(&self, word: usize) -> bool {
        let Some(word) = self.words.get(word) else {
            return false;
        };
        let is_opening = |char| {
            matches!(
                char,
                ' ' | '\t' | '"' | '\'' | '(' | '*' | '-' | '>' | '#' | '_'
            )
        };
        let start = self.text.skip_back(word.range().start, 4, is_opening);
        self.text.before(start).is_none_or(|char| {
            matches!(char, '.' | '!' | '?' | ';' | '\n' | '\r' | ':' | '"' | '|')
        })
    }
}

/// The few characters between two words.
pub(super) struct Gap<const N: usize> {
    chars: [char; N],
    length: usize,
}

impl<const N: usize> Gap<N> {
    pub(super) fn of(text: &Text, start: usize, end: usize) -> Option<Self> {
        let length = end.checked_sub(start).filter(|length| *length <= N)?;
        let mut chars = [' '; N];
        for (slot, index) in chars.iter_mut().zip(start..end) {
            *slot = text.at(index)?;
        }
        Some(Self { chars, length })
    }

    pub(super) fn as_slice(&self) -> &[char] {
        &self.chars[..self.length]
    }

    /// One or two blanks.
    pub(super) fn is_blank(&self) -> bool {
        matches!(self.as_slice(), [' ' | '\t'] | [' ', ' '])
    }

    /// Blanks, with a comma or a line break among them or not.
    pub(super) fn is_blank_or_comma(&self) -> bool {
        !self.as_slice().is_empty()
            && self
                .as_slice()
                .iter()
                .all(|char| matches!(char, ' ' | ',' | '\n' | '\t' | '\r'))
    }
}

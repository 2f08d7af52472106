//! Whether letters that match are what they match: by where words begin and end, what is between the
//! letters, and what stands around them.

use std::ops::Range;

use super::super::confidence::Confidence;
use super::super::entity::EntityKind;
use super::super::lexicon::Classes;
use super::super::page::Page;
use super::super::scan::Candidate;
use super::super::words::Word;
use super::clusters::{Piece, Weight};
use super::fold::folded;
use super::ordinary::is_ordinary;
use super::patterns::Pattern;
use super::position::is_name_position;
use super::spelling::{Gaps, ends_word, plural_end, run_of_letters, starts_word};
use super::squeezed::Squeezed;

/// A name inside a longer run of letters is one from so many letters on.
const EMBEDDED: usize = 7;
/// Two words of a name inside a longer run.
const EMBEDDED_WORDS: usize = 6;
/// A name taken apart by signs or blanks is one from so many letters on.
const TAKEN_APART: usize = 5;
const FAR_APART: usize = 8;

/// A match of letters and its surroundings.
pub(super) struct Seen<'p, 'a> {
    page: &'p Page<'a>,
    range: Range<usize>,
    letters: &'p str,
    starts: bool,
    ends: bool,
    gaps: Gaps,
}

impl<'p, 'a> Seen<'p, 'a> {
    pub(super) fn new(
        page: &'p Page<'a>,
        squeezed: &'p Squeezed,
        bytes: Range<usize>,
        pattern: &Pattern,
    ) -> Self {
        let range = squeezed.range(&bytes);
        let joints: &[usize] = match pattern {
            Pattern::Words { joints, .. } | Pattern::Word { joints, .. } => joints,
            _ => &[],
        };
        Self {
            starts: starts_word(page.text, range.start),
            ends: ends_word(page.text, range.end),
            gaps: Gaps::of(page.text, squeezed.gaps(&bytes), joints),
            letters: squeezed.folded.get(bytes).unwrap_or_default(),
            page,
            range,
        }
    }

    fn length(&self) -> usize {
        self.letters.chars().count()
    }

    fn strong(&self, confidence: Confidence) -> Option<Piece> {
        Some(Piece {
            range: self.range.clone(),
            weight: Weight::Strong(confidence),
        })
    }

    pub(super) fn piece(&self, pattern: &Pattern) -> Option<Piece> {
        match pattern {
            Pattern::Word {
                is_distinctive,
                is_particle,
                joints,
            } => {
                let is_parted = *is_distinctive && self.is_parted(joints);
                self.word(*is_distinctive, *is_particle, is_parted)
            }
            Pattern::Words {
                is_of_sentences, ..
            } => self.words(*is_of_sentences),
            Pattern::WithInitial => {
                let is_name =
                    self.starts && self.ends && self.gaps.count == 0 && !is_ordinary(self.letters);
                is_name.then(|| self.strong(Confidence::LIKELY)).flatten()
            }
            Pattern::School { .. } => None,
        }
    }

    /// One word of a name.
    fn word(&self, is_distinctive: bool, is_particle: bool, is_parted: bool) -> Option<Piece> {
        let is_whole = self.starts && self.ends;
        if self.gaps.count > 0 {
            let is_spelt = self.gaps.count + 1 == self.length() && self.length() >= 3;
            let is_apart = self.gaps.are_tight && self.length() >= TAKEN_APART && is_distinctive;
            let is_contracted = self.gaps.are_apostrophes && is_distinctive;
            let is_name = is_whole && (is_spelt || is_apart || is_contracted || is_parted);
            return is_name.then(|| self.strong(Confidence::CERTAIN)).flatten();
        }
        if !is_whole {
            return is_distinctive.then(|| self.embedded(EMBEDDED)).flatten();
        }
        if is_distinctive {
            return self.strong(Confidence::CERTAIN);
        }
        let index = self.page.word_from(self.range.start);
        let is_word = self
            .page
            .words
            .get(index)
            .is_some_and(|word| word.range() == self.range);
        let weight = match (is_particle, is_word && is_name_position(self.page, index)) {
            (true, _) => Weight::Particle,
            (false, true) => Weight::Strong(Confidence::LIKELY),
            (false, false) => Weight::Weak,
        };
        Some(Piece {
            range: self.range.clone(),
            weight,
        })
    }

    /// `O Brien` for `O'Brien`; not `o day` for `O'Day`, unless it has a capital.
    fn is_parted(&self, joints: &[usize]) -> bool {
        let last = joints.last().and_then(|joint| self.letters.get(*joint..));
        let written = self.page.text.all_of(&self.range);
        let is_marked = || written.iter().any(|char| char.is_uppercase());
        self.gaps.are_joints && last.is_some_and(|last| !is_ordinary(last) || is_marked())
    }

    /// Words of a name, run together or with something between them.
    fn words(&self, is_of_sentences: bool) -> Option<Piece> {
        if !(self.starts && self.ends) {
            return self
                .gaps
                .are_tight
                .then(|| self.embedded(EMBEDDED_WORDS))
                .flatten();
        }
        let is_one_word = self.gaps.count == 0 && is_ordinary(self.letters);
        let is_name = self.gaps.are_joints || self.gaps.are_tight || self.length() >= FAR_APART;
        let written = self.page.text.all_of(&self.range);
        let is_marked = || {
            written
                .iter()
                .any(|char| char.is_uppercase() || *char == ',')
        };
        let is_sentence = is_of_sentences && !self.gaps.are_tight && !is_marked();
        (is_name && !is_one_word && !is_sentence)
            .then(|| self.strong(Confidence::CERTAIN))
            .flatten()
    }

    /// A name inside a longer run of letters: `thelovelacefan`, `Lovelaces`. The whole run goes.
    fn embedded(&self, shortest: usize) -> Option<Piece> {
        let text = self.page.text;
        let run = run_of_letters(text, &self.range);
        let is_plural = self.starts && plural_end(text, self.range.end) == Some(run.end);
        let written = folded(text.all_of(&run).iter().copied());
        let is_name = (self.length() >= shortest || is_plural) && !is_ordinary(&written);
        is_name.then_some(Piece {
            range: run,
            weight: Weight::Strong(Confidence::LIKELY),
        })
    }

    pub(super) fn school(&self, needs_place: bool) -> Option<Candidate> {
        let page = self.page;
        let first = page.word_from(self.range.start);
        let is_capitalised = page.words.get(first).is_some_and(Word::is_capitalised);
        let follows_place = first.checked_sub(1).is_some_and(|before| {
            page.words[before].is(Classes::PLACE) && page.gap_after::<1>(before).is_some()
        });
        let is_placed = follows_place && (is_capitalised || !is_ordinary(self.letters));
        let is_school = self.starts && self.ends && (!needs_place || is_placed);
        is_school
            .then(|| Candidate::new(EntityKind::School, self.range.clone(), Confidence::CERTAIN))
    }
}

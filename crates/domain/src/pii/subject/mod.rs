//! Somebody known: what is on record of a child is found in a text, however it is written.
//!
//! The text is squeezed to its folded letters, in which one automaton (Aho and Corasick 1975) finds
//! every pattern in one pass; what surrounds a match then says whether it is one. So case, marks,
//! zero-width and look-alike characters, order, separators and names run together in a handle need no
//! pattern each. Words that are also words of the language ("Grace", "May") count where the text uses
//! them as a name: see [`position`].

mod clusters;
mod contact;
mod fold;
mod initials;
mod known;
mod leet;
mod ordinary;
mod patterns;
mod position;
mod seen;
mod spelling;
mod squeezed;
#[cfg(test)]
mod tests;

use std::ops::Range;

use aho_corasick::{AhoCorasick, MatchKind};

pub use known::Known;
pub(super) use ordinary::is_ordinary;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::page::Page;
use super::scan::Candidate;
use clusters::{Piece, Weight, joined};
use contact::contact_at;
use initials::Initials;
use known::NameWord;
use leet::Disguises;
use patterns::{Contact, Pattern};
use seen::Seen;
use spelling::with_handle_signs;
use squeezed::Squeezed;

/// Why nobody can be looked for.
#[derive(Debug, thiserror::Error)]
#[error("what is known of the subject is too large to look for")]
pub struct SubjectError;

/// Somebody known, ready to be looked for. Shows nothing of what it knows.
pub struct Subject {
    letters: Automaton<Pattern>,
    contacts: Automaton<Contact>,
    initials: Initials,
    disguises: Disguises,
}

impl std::fmt::Debug for Subject {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_struct("Subject").finish_non_exhaustive()
    }
}

struct Automaton<T> {
    matcher: AhoCorasick,
    is: Vec<T>,
}

impl<T> Automaton<T> {
    fn new((folded, is): (Vec<String>, Vec<T>)) -> Result<Self, SubjectError> {
        let matcher = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .build(folded)
            .map_err(|_| SubjectError)?;
        Ok(Self { matcher, is })
    }

    /// Every match, also those that overlap: each with its bytes and what it is.
    fn matches<'m>(
        &'m self,
        text: &'m Squeezed,
    ) -> impl Iterator<Item = (Range<usize>, &'m T)> + 'm {
        let found = self.matcher.find_overlapping_iter(&text.folded);
        found.filter_map(|found| Some((found.range(), self.is.get(found.pattern().as_usize())?)))
    }
}

impl Subject {
    /// Compiles what is known. Up to 16 of each kind of fact are looked for, of 200 characters each.
    ///
    /// # Errors
    /// When the automaton would be too large, which facts of that size never are.
    pub fn new(known: &Known) -> Result<Self, SubjectError> {
        let names = patterns::names_of(known);
        Ok(Self {
            letters: Automaton::new(patterns::letters(known, &names).into_parts())?,
            contacts: Automaton::new(patterns::contacts(known).into_parts())?,
            initials: initials_of(&names),
            disguises: Disguises::of(&names)?,
        })
    }

    /// Adds what is known of the subject and found in the text.
    pub(super) fn find(&self, page: &Page<'_>, found: &mut Vec<Candidate>) {
        let squeezed = Squeezed::new(page.text, char::is_alphabetic);
        let mut pieces = Vec::new();
        for (bytes, pattern) in self.letters.matches(&squeezed) {
            let seen = Seen::new(page, &squeezed, bytes, pattern);
            match pattern {
                Pattern::School { needs_place } => found.extend(seen.school(*needs_place)),
                _ => pieces.extend(seen.piece(pattern)),
            }
        }
        pieces.extend(self.initials.alone(page).into_iter().map(|range| Piece {
            range,
            weight: Weight::Strong(Confidence::LIKELY),
        }));
        pieces.extend(self.disguises.find(page));
        let names = joined(page, &self.initials, pieces).into_iter();
        found.extend(names.map(|(range, confidence)| {
            Candidate::new(
                EntityKind::Name,
                with_handle_signs(page.text, range),
                confidence,
            )
        }));
        self.find_contacts(page, found);
    }

    fn find_contacts(&self, page: &Page<'_>, found: &mut Vec<Candidate>) {
        if self.contacts.is.is_empty() {
            return;
        }
        let squeezed = Squeezed::new(page.text, char::is_alphanumeric);
        for (bytes, contact) in self.contacts.matches(&squeezed) {
            let range = squeezed.range(&bytes);
            let has_gap = squeezed.gaps(&bytes).next().is_some();
            if let Some(range) = contact_at(page.text, range, contact, has_gap) {
                found.push(Candidate::new(contact.kind(), range, Confidence::CERTAIN));
            }
        }
    }
}

fn initials_of(names: &[Vec<NameWord>]) -> Initials {
    let mut initials = Initials::default();
    for name in names {
        let letters: Vec<char> = name.iter().filter_map(NameWord::initial).collect();
        let spoken = name.iter().filter(|word| !word.is_particle);
        let spoken: Vec<char> = spoken.filter_map(NameWord::initial).collect();
        initials.all.extend(&letters);
        for sequence in [letters, spoken] {
            let Some((first, others)) = sequence.split_first() else {
                continue;
            };
            initials
                .sequences
                .extend(others.iter().map(|other| vec![*first, *other]));
            if others.len() > 1 {
                initials.sequences.push(sequence);
            }
        }
    }
    initials.all.sort_unstable();
    initials.all.dedup();
    initials.sequences.sort_unstable();
    initials.sequences.dedup();
    initials
}

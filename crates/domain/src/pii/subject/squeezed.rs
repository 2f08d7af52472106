//! A text as known names are looked for in it: folded letters (and digits) with nothing between
//! them, and the way back.

use std::ops::Range;

use super::super::text::{COVER, Text};
use super::fold::fold;

/// Letters further apart belong to different words, whatever is between them.
const MAX_GAP: usize = 3;
/// Stands for everything that ends a name.
const BREAK: char = '\n';

pub(super) struct Squeezed {
    pub(super) folded: String,
    /// For each byte, the character of the text that it comes from.
    origins: Vec<usize>,
}

impl Squeezed {
    /// Of the characters that `keeps` wants.
    pub(super) fn new(text: &Text, keeps: impl Fn(char) -> bool) -> Self {
        let chars = text.all();
        let mut squeezed = Self::with_capacity(chars.len());
        let mut last_kept = None;
        for (index, char) in chars.iter().enumerate() {
            if *char == COVER {
                last_kept = None;
                continue;
            }
            if !keeps(*char) {
                continue;
            }
            if last_kept.is_none_or(|last| index - last > MAX_GAP + 1) {
                squeezed.part(index);
            }
            last_kept = Some(index);
            fold(*char, |letter| squeezed.push(letter, index));
        }
        squeezed
    }

    pub(super) fn with_capacity(capacity: usize) -> Self {
        Self {
            folded: String::with_capacity(capacity),
            origins: Vec::with_capacity(capacity),
        }
    }

    /// No name goes on here.
    pub(super) fn part(&mut self, origin: usize) {
        self.push(BREAK, origin);
    }

    pub(super) fn push(&mut self, letter: char, origin: usize) {
        self.folded.push(letter);
        self.origins.resize(self.folded.len(), origin);
    }

    /// Where in the text a range of bytes comes from.
    pub(super) fn range(&self, bytes: &Range<usize>) -> Range<usize> {
        let start = self.origins.get(bytes.start).copied().unwrap_or_default();
        let last = bytes
            .end
            .checked_sub(1)
            .and_then(|last| self.origins.get(last));
        start..last.map_or(start, |last| last + 1)
    }

    /// The offsets in bytes, from the start of the range, before which the text has something else.
    pub(super) fn gaps<'a>(
        &'a self,
        bytes: &Range<usize>,
    ) -> impl Iterator<Item = (usize, Range<usize>)> + 'a {
        let origins = self.origins.get(bytes.clone()).unwrap_or_default();
        origins
            .windows(2)
            .enumerate()
            .filter(|(_, pair)| pair[1] > pair[0] + 1)
            .map(|(offset, pair)| (offset + 1, pair[0] + 1..pair[1]))
    }
}

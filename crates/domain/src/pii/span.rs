//! A range of characters in half the room: a text of a megabyte has as many words, groups and origins
//! as characters, and what is larger than a cache is slower than linear.

use std::ops::Range;

/// A range within the first 4,294,967,295 characters; what lies behind is cut to there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    start: u32,
    end: u32,
}

impl Span {
    pub(super) fn new(range: Range<usize>) -> Self {
        let near = |at: usize| u32::try_from(at).unwrap_or(u32::MAX);
        Self {
            start: near(range.start),
            end: near(range.end),
        }
    }

    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// The same, up to another end.
    pub(super) fn until(self, end: usize) -> Self {
        Self::new(self.start as usize..end)
    }
}

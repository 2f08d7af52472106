//! Runs the detectors over a text and settles where they disagree.

use std::ops::Range;

use super::entity::EntityKind;
use super::numbers::{Group, find_groups};
use super::text::Text;
use super::{card, email, phone, ssn};

/// A text and what several detectors need of it, computed once.
pub(super) struct Page {
    pub(super) text: Text,
    pub(super) groups: Vec<Group>,
}

/// What a detector believes it found, as a range of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) kind: EntityKind,
    pub(super) range: Range<usize>,
}

/// Personal information in a text, never the information itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finding {
    pub kind: EntityKind,
    /// Unicode scalar values from the start of the text as it was given.
    pub start: usize,
    /// Exclusive.
    pub end: usize,
}

/// Adds its candidates, in the order of the text. Must read each character a bounded number of
/// times.
type Detector = fn(&Page, &mut Vec<Candidate>);

const DETECTORS: [Detector; 4] = [email::find, card::find, ssn::find, phone::find];

impl Page {
    pub(super) fn new(original: &str) -> Self {
        let text = Text::new(original);
        let groups = find_groups(&text);
        Self { text, groups }
    }

    pub(super) fn findings(&self) -> Vec<Finding> {
        let mut candidates = Vec::new();
        for detector in DETECTORS {
            detector(self, &mut candidates);
        }
        // Each detector's part is sorted already, which the stable sort merges in one pass.
        candidates.sort_by_key(|candidate| candidate.range.start);
        settle(candidates)
            .into_iter()
            .map(|candidate| self.in_original(&candidate))
            .collect()
    }

    fn in_original(&self, candidate: &Candidate) -> Finding {
        let Range { start, end } = self.text.original(&candidate.range);
        Finding {
            kind: candidate.kind,
            start,
            end,
        }
    }
}

/// Of overlapping candidates the more specific kind stays (they are ordered so), then the longer
/// one.
fn settle(candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut settled: Vec<Candidate> = Vec::new();
    for candidate in candidates {
        match settled.last_mut() {
            Some(last) if candidate.range.start < last.range.end => {
                if is_preferred(&candidate, last) {
                    *last = candidate;
                }
            }
            _ => settled.push(candidate),
        }
    }
    settled
}

fn is_preferred(candidate: &Candidate, other: &Candidate) -> bool {
    let rank = |candidate: &Candidate| (candidate.kind, usize::MAX - candidate.range.len());
    rank(candidate) < rank(other)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn candidate(kind: EntityKind, range: Range<usize>) -> Candidate {
        Candidate { kind, range }
    }

    #[test]
    fn the_more_specific_kind_stays() {
        let ssn = candidate(EntityKind::Ssn, 3..10);
        let settled = settle(vec![candidate(EntityKind::Phone, 0..10), ssn.clone()]);
        assert_eq!(settled, [ssn]);
    }

    #[test]
    fn neighbours_both_stay() {
        let both = vec![
            candidate(EntityKind::Phone, 0..10),
            candidate(EntityKind::Phone, 10..20),
        ];
        assert_eq!(settle(both.clone()), both);
    }

    /// Texts that make a careless scanner look at every character again and again.
    fn hostile() -> Vec<String> {
        let units = [
            "1 ",
            "12-",
            "(1) ",
            "+1 ",
            "4111 ",
            "a@",
            "a.",
            "@",
            " at ",
            " dot ",
            "[at]",
            "[dot]",
            "a at b dot ",
            "a@b.",
            "a@b.c ",
            "phone 1 ",
            "1x",
            "0 ",
            "00 ",
            "(",
            "[",
            "1.1.",
            "number ",
            "a\u{200B}",
            "e\u{301}",
            "٣-",
            "1",
            "a",
            " ",
            "555-1234 ext ",
        ];
        units.iter().map(|unit| (*unit).to_owned()).collect()
    }

    fn reads(text: &str) -> usize {
        let page = Page::new(text);
        page.findings();
        page.text.reads()
    }

    #[test]
    fn twice_the_text_is_at_most_twice_the_work() {
        for unit in hostile() {
            let (once, twice) = (reads(&unit.repeat(1_000)), reads(&unit.repeat(2_000)));
            assert!(
                twice as f64 <= once as f64 * 2.05,
                "{unit:?}: {once} then {twice}"
            );
        }
    }

    #[test]
    fn no_character_is_read_more_often_than_the_reach_of_a_rule() {
        for unit in hostile() {
            let text = unit.repeat(500);
            let per_character = reads(&text) / text.chars().count();
            assert!(per_character <= 400, "{unit:?}: {per_character}");
        }
    }

    proptest! {
        #[test]
        fn the_work_is_linear_for_any_repeated_unit(unit in "[0-9a+@.() \\[\\]x-]{1,12}") {
            let (once, twice) = (reads(&unit.repeat(300)), reads(&unit.repeat(600)));
            prop_assert!(twice <= once * 2 + 20_000, "{:?}: {} then {}", unit, once, twice);
        }

        #[test]
        fn findings_are_in_order_inside_the_text_and_apart(text in "(\\PC|[0-9@. +()-]|phone|\\[at\\]| dot com){0,60}") {
            let findings = Page::new(&text).findings();
            let length = text.chars().count();
            prop_assert!(findings.iter().all(|finding| finding.start < finding.end && finding.end <= length));
            prop_assert!(findings.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}

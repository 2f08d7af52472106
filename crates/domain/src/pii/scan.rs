//! Runs the detectors over a text and settles where they disagree.

use std::ops::Range;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::kinds::Kinds;
use super::page::Page;
use super::subject::Subject;
use super::text::Text;
use super::{address, birth, card, email, handle, ip, keyed, names, phone, school, ssn, url};

/// What a detector believes it found, as a range of the normalised text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Candidate {
    pub(super) kind: EntityKind,
    pub(super) range: Range<usize>,
    pub(super) confidence: Confidence,
}

/// Personal information in a text, never the information itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Finding {
    /// What it is.
    pub kind: EntityKind,
    /// Unicode scalar values from the start of the text as it was given.
    pub start: usize,
    /// Exclusive.
    pub end: usize,
    /// How sure it is.
    pub confidence: Confidence,
}

/// Adds its candidates, in the order of the text. Must read each character a bounded number of
/// times.
type Detector = fn(&Page<'_>, &mut Vec<Candidate>);

/// A text without personal information needs one pass, nearly every other one two.
const MAX_PASSES: usize = 4;

const DETECTORS: [(EntityKind, Detector); 11] = [
    (EntityKind::Email, email::find),
    (EntityKind::Card, card::find),
    (EntityKind::Ssn, ssn::find),
    (EntityKind::Phone, phone::find),
    (EntityKind::Ip, ip::find),
    (EntityKind::Url, url::find),
    (EntityKind::Address, address::find),
    (EntityKind::Dob, birth::find),
    (EntityKind::Handle, handle::find),
    (EntityKind::School, school::find),
    (EntityKind::Name, names::find),
];

/// A text may be encoded so many times, as an address inside an address is.
const MAX_DECODINGS: usize = 3;

/// A text in each form it is read in: as it is written, then with its escapes decoded once, twice, ….
struct Layers(Vec<Text>);

/// The personal information in a text, in order, without overlaps.
///
/// What is found is covered and the rest looked at again, until nothing more is found: a number
/// that touched another one may be seen only without it. So redacting a text leaves nothing that
/// another scan would find, except in a text made to need more passes than [`MAX_PASSES`].
pub(super) fn scan(text: &str, look_for: LookFor<'_>) -> Vec<Finding> {
    Layers::of(text).scan(look_for)
}

/// What a scan is after.
#[derive(Clone, Copy)]
pub(super) struct LookFor<'s> {
    pub(super) kinds: Kinds,
    /// Under keys that name them.
    pub(super) under_keys: Kinds,
    pub(super) subject: Option<&'s Subject>,
}

impl Candidate {
    pub(super) fn new(kind: EntityKind, range: Range<usize>, confidence: Confidence) -> Self {
        Self {
            kind,
            range,
            confidence,
        }
    }
}

/// A text as it is written, then with its escapes decoded once, twice, ….
pub(super) fn forms(text: &str) -> Vec<Text> {
    let as_written = Text::new(text);
    let decoded = std::iter::successors(as_written.decoded(), Text::decoded);
    let decoded: Vec<_> = decoded.take(MAX_DECODINGS).collect();
    std::iter::once(as_written).chain(decoded).collect()
}

impl Layers {
    fn of(text: &str) -> Self {
        Self(forms(text))
    }

    fn scan(&mut self, look_for: LookFor<'_>) -> Vec<Finding> {
        let mut findings = Vec::new();
        for _ in 0..MAX_PASSES {
            let found = self.pass(look_for);
            if found.is_empty() {
                break;
            }
            for layer in &mut self.0 {
                for finding in &found {
                    layer.cover(&(finding.start..finding.end));
                }
            }
            findings.extend(found);
        }
        findings.sort_by_key(|finding| finding.start);
        apart(findings)
    }

    fn pass(&self, look_for: LookFor<'_>) -> Vec<Finding> {
        let found = self.0.iter().flat_map(|text| findings_in(text, look_for));
        match self.0.as_slice() {
            [_] => found.collect(),
            _ => united(found.collect()),
        }
    }
}

fn findings_in(text: &Text, look_for: LookFor<'_>) -> Vec<Finding> {
    let candidates = candidates(&Page::new(text), look_for).into_iter();
    candidates
        .map(|candidate| {
            let Range { start, end } = text.original(&candidate.range);
            Finding {
                kind: candidate.kind,
                start,
                end,
                confidence: candidate.confidence,
            }
        })
        .collect()
}

/// What overlaps was read in several forms of a text. Each may show what another hides, so all of it
/// is covered, as the most specific kind.
fn united(mut findings: Vec<Finding>) -> Vec<Finding> {
    findings.sort_by_key(|finding| finding.start);
    let mut united: Vec<Finding> = Vec::with_capacity(findings.len());
    for finding in findings {
        match united.last_mut() {
            Some(last) if finding.start < last.end => {
                last.kind = last.kind.min(finding.kind);
                last.end = last.end.max(finding.end);
                last.confidence = last.confidence.max(finding.confidence);
            }
            _ => united.push(finding),
        }
    }
    united
}

/// Two parts of one original character, such as `㏇`, may belong to two findings: the first has it.
fn apart(findings: Vec<Finding>) -> Vec<Finding> {
    let mut reached = 0;
    let cut = findings.into_iter().map(|finding| {
        let start = finding.start.max(reached);
        reached = finding.end.max(reached);
        Finding { start, ..finding }
    });
    cut.filter(|finding| finding.start < finding.end).collect()
}

fn candidates(page: &Page<'_>, look_for: LookFor<'_>) -> Vec<Candidate> {
    let mut candidates = Vec::new();
    for (kind, detector) in DETECTORS {
        if look_for.kinds.contains(kind) {
            detector(page, &mut candidates);
        }
    }
    keyed::find(page, look_for.under_keys, &mut candidates);
    if let Some(subject) = look_for.subject {
        subject.find(page, &mut candidates);
    }
    if candidates.len() > 1 {
        // Each detector's part is sorted already, which the stable sort merges in one pass.
        candidates.sort_by_key(|candidate| candidate.range.start);
        candidates = settle(page.text, candidates);
    }
    candidates
}

/// Where one candidate lies inside another, both read the same characters and one is wrong: the
/// more specific kind stays (kinds are ordered so), then the longer one. Where they overlap in
/// part, both may be right about what they have alone: the other one is cut, so that nothing is
/// left uncovered.
fn settle(text: &Text, candidates: Vec<Candidate>) -> Vec<Candidate> {
    let mut settled: Vec<Candidate> = Vec::new();
    for mut candidate in candidates {
        match settled.last_mut() {
            Some(last) if candidate.range.start < last.range.end => {
                let is_partial = last.range.start < candidate.range.start
                    && last.range.end < candidate.range.end;
                match (is_partial, is_preferred(&candidate, last)) {
                    (false, true) => *last = candidate,
                    (false, false) => {}
                    (true, true) => {
                        last.range =
                            without_punctuation(text, last.range.start..candidate.range.start);
                        settled.push(candidate);
                    }
                    (true, false) => {
                        candidate.range =
                            without_punctuation(text, last.range.end..candidate.range.end);
                        settled.push(candidate);
                    }
                }
            }
            _ => settled.push(candidate),
        }
    }
    settled.retain(|candidate| !candidate.range.is_empty());
    settled
}

/// A range less the spaces and signs at its ends; few, as joints are short.
fn without_punctuation(text: &Text, range: Range<usize>) -> Range<usize> {
    let start = text.skip(range.start, range.len(), |c| {
        !c.is_alphanumeric() && !matches!(c, '(' | '+')
    });
    let end = text.skip_back(range.end, range.end - start, |c| !c.is_alphanumeric());
    start..end
}

fn is_preferred(candidate: &Candidate, other: &Candidate) -> bool {
    let longer = if candidate.range.len() > other.range.len() {
        candidate
    } else {
        other
    };
    if candidate.range.len() != other.range.len() && holds_others(longer.kind) {
        return longer == candidate;
    }
    let rank = |candidate: &Candidate| (candidate.kind, usize::MAX - candidate.range.len());
    rank(candidate) < rank(other)
}

/// A web address may hold an email address, a street somebody's name: the whole is covered.
fn holds_others(kind: EntityKind) -> bool {
    use EntityKind::{Address, Dob, Handle, School, Url};
    matches!(kind, Url | Address | School | Handle | Dob)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::pii::Known;

    const EVERYTHING: LookFor<'static> = LookFor {
        kinds: Kinds::ALL,
        under_keys: Kinds::ALL,
        subject: None,
    };

    fn candidate(kind: EntityKind, range: Range<usize>) -> Candidate {
        Candidate::new(kind, range, Confidence::LIKELY)
    }

    #[test]
    fn of_two_readings_the_more_specific_stays() {
        let text = Text::new("01 3456789");
        let (phone, ssn) = (
            candidate(EntityKind::Phone, 0..10),
            candidate(EntityKind::Ssn, 3..10),
        );
        assert_eq!(
            settle(&text, vec![phone, ssn.clone()]),
            std::slice::from_ref(&ssn)
        );
        assert_eq!(
            settle(&text, vec![ssn.clone(), candidate(EntityKind::Phone, 3..9)]),
            [ssn]
        );
    }

    #[test]
    fn what_overlaps_in_part_is_cut_and_stays_covered() {
        let text = Text::new("(55) 12.joe@ex.org");
        let (phone, email) = (
            candidate(EntityKind::Phone, 0..7),
            candidate(EntityKind::Email, 5..18),
        );
        let cut = candidate(EntityKind::Phone, 0..3);
        assert_eq!(settle(&text, vec![phone, email.clone()]), [cut, email]);
    }

    #[test]
    fn findings_that_share_a_character_are_kept_apart() {
        let finding = |start, end| Finding {
            kind: EntityKind::Phone,
            start,
            end,
            confidence: Confidence::LIKELY,
        };
        let kept = apart(vec![finding(0, 3), finding(2, 5), finding(4, 5)]);
        assert_eq!(kept, [finding(0, 3), finding(3, 5)]);
    }

    #[test]
    fn neighbours_both_stay() {
        let both = vec![
            candidate(EntityKind::Phone, 0..10),
            candidate(EntityKind::Phone, 10..20),
        ];
        assert_eq!(settle(&Text::new(""), both.clone()), both);
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
            "_at_",
            "a_at_",
            "_dot_a",
            "a @ b . ",
            "a ",
            "a @ ",
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
            "%40",
            "%2540",
            "a%40b.c ",
            "%252525",
            "&#73;",
            "&#",
            "&amp;",
            "&amp;#38;",
            "\\u0031",
            "\\u{31}",
            "\\",
            "Goetheschule ",
            "Gymnasium am Markt ",
            "Gymnasium Ada ",
            "in die 4b ",
            "Herr Dr. ",
            "Dr. med. ",
            "meine Freundin Ada ",
            "mein Freund ",
            "ich bin Ada ",
            "Ada Loe beat ",
            "Ada beat ",
            "1 / ",
            "1[.]",
            "1(dot)",
            "0 5 1 3 ",
            "+4 9 ",
            "wa.me/1 ",
            "t.me/",
            "t.me/a ",
            "IGS Ada ",
            "GS Am Park ",
            "PS 1 ",
            "P.S. 12 ",
            "my name is ada ",
            "ich heiße ada ",
            "my mum is Ada ",
            "name=Ada ",
            "Ada and ",
            "and Ada ",
            "\"name\":",
            "\"name\": \"",
            "'name': 'a\": \"",
            "\"name\": \"\\",
            "\"name\":[\"a\",",
            "\"school\": \"a\" ",
            "\\\"",
            "\"a",
            "\":",
            "4da ",
            "ad4",
            "@d@",
            "4",
            "1ove1ace",
            "%31%20",
            "%",
            "a:",
            "::",
            "1:",
            "http://",
            "www.",
            "12 Main ",
            "1 Ave ",
            "Rue ",
            "Am Markt 5 ",
            "Am Alten 5, 10115 ",
            "An der ",
            "born 1/2/2003 ",
            "born ",
            "insta @",
            "snap ",
            "a#",
            "Ada School ",
            "5th grade ",
            "name is ",
            "this is Ada ",
            "is ",
            "call me ",
            "mein name ist ",
            "signed, ",
            "signed Ada\n",
            "Mr Ada ",
            "ada",
            "ada ",
            "a.g.",
            "a. ",
            "de la ",
            "grace ",
        ];
        units.iter().map(|unit| (*unit).to_owned()).collect()
    }

    fn reads(text: &str) -> usize {
        let known = Known {
            names: vec!["Ada Grace de la Lovelace".to_owned()],
            handles: vec!["a.a".to_owned()],
            schools: vec!["Ada School".to_owned()],
            emails: vec!["a@b.c".to_owned()],
            phones: vec!["1111111".to_owned()],
        };
        let subject = Subject::new(&known).unwrap();
        let look_for = LookFor {
            kinds: Kinds::ALL,
            under_keys: Kinds::ALL,
            subject: Some(&subject),
        };
        let mut layers = Layers::of(text);
        layers.scan(look_for);
        layers.0.iter().map(Text::reads).sum()
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
        fn the_work_is_linear_for_any_repeated_unit(unit in "[0-9a+@.() \\[\\]x%-]{1,12}") {
            let (once, twice) = (reads(&unit.repeat(300)), reads(&unit.repeat(600)));
            prop_assert!(twice <= once * 2 + 20_000, "{:?}: {} then {}", unit, once, twice);
        }

        #[test]
        fn findings_are_in_order_inside_the_text_and_apart(
            text in "(\\PC|[0-9@. +()-]|phone|\"name\": \"|Ann Lee\"|\"tel\":|\\[at\\]| dot com|%40|%2540|%C3%A9|%20){0,60}",
        ) {
            let findings = scan(&text, EVERYTHING);
            let length = text.chars().count();
            let is_inside = |finding: &Finding| finding.start < finding.end && finding.end <= length;
            prop_assert!(findings.iter().all(is_inside));
            prop_assert!(findings.windows(2).all(|pair| pair[0].end <= pair[1].start));
        }
    }
}

//! Dates of birth: a date near a word of birth, in the same sentence. A date alone is none.

use std::ops::Range;

use super::confidence::Confidence;
use super::date::{date_at, year_at};
use super::entity::EntityKind;
use super::lexicon::Classes;
use super::page::Page;
use super::scan::Candidate;
use super::text::COVER;

/// How far a date may be from the word, in characters.
const REACH: usize = 40;

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    if !page.features.digits {
        return;
    }
    let first = found.len();
    let mut reached = 0;
    for (index, word) in page.words.iter().enumerate() {
        let is_birth = word.is(Classes::BIRTH) || is_initials(page, index);
        if !is_birth || word.range().start < reached {
            continue;
        }
        let date = date_after(page, word.range().end)
            .or_else(|| date_before(page, word.range().start, reached));
        if let Some(range) = date {
            reached = range.end;
            found.push(Candidate::new(EntityKind::Dob, range, Confidence::LIKELY));
        }
    }
    found[first..].sort_by_key(|candidate| candidate.range.start);
}

/// `D.O.B.`
fn is_initials(page: &Page<'_>, index: usize) -> bool {
    page.words[index].len() == 1
        && page
            .text
            .has_word_at(page.words[index].range().start, "d.o.b")
}

fn date_after(page: &Page<'_>, end: usize) -> Option<Range<usize>> {
    let text = page.text;
    let limit = (end + REACH).min(text.len());
    let mut at = end;
    while at < limit {
        let char = text.at(at)?;
        if is_end(page, at, char) {
            return None;
        }
        if !char.is_alphanumeric() {
            at += 1;
            continue;
        }
        if let Some(range) = date_at(page, at).or_else(|| year_at(page, at)) {
            return Some(range);
        }
        at = text.skip(at, REACH, char::is_alphanumeric);
    }
    None
}

/// `3/4/2012 is my birthday`
fn date_before(page: &Page<'_>, start: usize, reached: usize) -> Option<Range<usize>> {
    let text = page.text;
    let earliest = start.saturating_sub(REACH).max(reached);
    let begins = text.skip_back(start, start - earliest, |char| {
        !matches!(char, '!' | '?' | '\n' | ';' | COVER)
    });
    let mut at = begins;
    while at < start {
        let is_inside_word = text.before(at).is_some_and(char::is_alphanumeric);
        if !is_inside_word && let Some(range) = date_at(page, at).filter(|range| range.end <= start)
        {
            return Some(range);
        }
        at += 1;
    }
    None
}

/// Whether a sentence ends here; the dots of `D.O.B.` and of `Apr.` end none.
fn is_end(page: &Page<'_>, at: usize, char: char) -> bool {
    match char {
        '!' | '?' | ';' | COVER => true,
        '.' => {
            let word = page.word_ending(at);
            let is_abbreviation = word
                .is_some_and(|word| word.len() == 1 || word.is(Classes::MONTH.or(Classes::BIRTH)));
            page.text.at(at + 1) == Some(' ') && !is_abbreviation
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn dates_beside_a_word_of_birth_are_found() {
        for date in [
            "3/4/2012",
            "03.04.2012",
            "2012-04-03",
            "April 3, 2012",
            "April 3rd 2012",
            "3 April 2012",
            "3rd of April 2012",
            "20120403",
            "Apr. 3, 2012",
            "3/4/12",
            "April 2012",
            "2012",
        ] {
            assert_eq!(
                found(&format!("I was born on {date}.")),
                [format!("dob:{date}")]
            );
            assert_eq!(found(&format!("DOB: {date}")), [format!("dob:{date}")]);
            assert_eq!(
                found(&format!("Date of birth:\n{date}")),
                [format!("dob:{date}")]
            );
        }
        assert_eq!(found("D.O.B. 3/4/2012"), ["dob:3/4/2012"]);
        assert_eq!(found("3/4/2012 is my birthday"), ["dob:3/4/2012"]);
        assert_eq!(found("my bday is april 3rd!"), ["dob:april 3rd"]);
    }

    #[test]
    fn other_dates_are_none() {
        for text in [
            "The test is on 3/4/2012.",
            "My birthday is soon. The test is on 3/4/2026",
            "Happy birthday! See you 5/12",
            "born to run 100 miles",
            "due 2026-03-02",
        ] {
            nothing_in(text);
        }
    }
}

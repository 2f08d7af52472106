//! Dates as people write them: `3/4/2012`, `2012-04-03`, `April 3rd, 2012`, `3 April`, `20120403`.

use std::ops::Range;

use super::lexicon::Classes;
use super::numbers::{Group, Joint, Window, windows_from};
use super::page::Page;

const MAX_DIGITS: usize = 8;

/// The date that starts at `start`.
pub(super) fn date_at(page: &Page<'_>, start: usize) -> Option<Range<usize>> {
    let end = match page.text.at(start)? {
        '0'..='9' => numeric(page, start).or_else(|| day_first(page, start))?,
        _ => month_first(page, start)?,
    };
    Some(start..end)
}

/// `2012`, if it is a year of the last or this century.
pub(super) fn year_at(page: &Page<'_>, start: usize) -> Option<Range<usize>> {
    let group = page.group_at(start)?;
    let is_whole = !group.touches_word_before && !group.touches_word_after;
    (is_whole && is_year(page, &group.range())).then(|| group.range())
}

fn numeric(page: &Page<'_>, start: usize) -> Option<usize> {
    let first = page.group_from(start);
    let windows = windows_from(&page.groups, first, MAX_DIGITS).take(3);
    let dates =
        windows.filter(|window| window.range().start == start && is_numeric_date(page, window));
    dates.last().map(|window| window.range().end)
}

fn is_numeric_date(page: &Page<'_>, window: &Window<'_>) -> bool {
    let lengths = window.lengths();
    let ranges: Vec<_> = window.groups().iter().map(Group::range).collect();
    if let [whole] = &ranges[..] {
        return whole.len() == 8 && is_compact(page, whole);
    }
    if !matches!(
        window.uniform_joint(),
        Some(Joint::Dash | Joint::Dot | Joint::Slash | Joint::SpacedDash | Joint::Space)
    ) {
        return false;
    }
    let is_day_or_month = |range: &Range<usize>| (1..=31).contains(&number(page, range));
    match (&lengths[..], &ranges[..]) {
        ([1 | 2, 1 | 2, 4], [a, b, year]) => {
            is_day_or_month(a) && is_day_or_month(b) && is_year(page, year)
        }
        ([4, 1 | 2, 1 | 2], [year, a, b]) => {
            is_day_or_month(a) && is_day_or_month(b) && is_year(page, year)
        }
        ([1 | 2, 1 | 2, 2], [a, b, _]) => is_day_or_month(a) && is_day_or_month(b),
        ([1 | 2, 1 | 2], [a, b]) => {
            window.uniform_joint() == Some(Joint::Slash) && is_day_or_month(a) && is_day_or_month(b)
        }
        _ => false,
    }
}

/// `20120403`, `03042012`
fn is_compact(page: &Page<'_>, range: &Range<usize>) -> bool {
    let start = range.start;
    let year_first = is_year(page, &(start..start + 4))
        && (1..=12).contains(&number(page, &(start + 4..start + 6)));
    let year_last = is_year(page, &(start + 4..start + 8))
        && (1..=31).contains(&number(page, &(start..start + 2)));
    year_first || year_last
}

/// `3 April 2012`, `3rd of April`
fn day_first(page: &Page<'_>, start: usize) -> Option<usize> {
    let text = page.text;
    let group = page
        .group_at(start)
        .filter(|group| group.range().len() <= 2)?;
    let after_ordinal = ordinal_end(page, group.range().end);
    let mut at = text.skip(after_ordinal, 2, |char| {
        matches!(char, ' ' | '.' | '-' | '/')
    });
    if text.has_word_at(at, "of ") {
        at += 3;
    }
    let month = page.word_at(at).filter(|word| word.is(Classes::MONTH))?;
    Some(with_year(page, month.range().end))
}

/// `April 3rd, 2012`, `April 2012`
fn month_first(page: &Page<'_>, start: usize) -> Option<usize> {
    let text = page.text;
    let month = page.word_at(start).filter(|word| word.is(Classes::MONTH))?;
    let mut at = text.skip(month.range().end, 2, |char| matches!(char, ' ' | '.' | '-'));
    if text.has_word_at(at, "the ") {
        at += 4;
    }
    let group = page.group_at(at)?;
    match group.range().len() {
        1 | 2 => Some(with_year(page, ordinal_end(page, group.range().end))),
        4 if is_year(page, &group.range()) => Some(group.range().end),
        _ => None,
    }
}

/// After `st`, `nd`, `rd` or `th`.
fn ordinal_end(page: &Page<'_>, digits_end: usize) -> usize {
    let is_ordinal = ["st", "nd", "rd", "th"]
        .iter()
        .any(|ending| page.text.has_word_at(digits_end, ending));
    let is_whole = page.word_at(digits_end).is_some_and(|word| word.len() == 2);
    digits_end + if is_ordinal && is_whole { 2 } else { 0 }
}

fn with_year(page: &Page<'_>, end: usize) -> usize {
    let next = page.text.skip(end, 3, |char| {
        matches!(char, ' ' | ',' | '.' | '-' | '/' | '\'')
    });
    let year = page.group_at(next).filter(|_| next > end);
    match year {
        Some(group)
            if is_year(page, &group.range())
                || (group.range().len() == 2 && !group.touches_word_after) =>
        {
            group.range().end
        }
        _ => end,
    }
}

fn is_year(page: &Page<'_>, range: &Range<usize>) -> bool {
    range.len() == 4 && matches!(number(page, range), 1900..=2099)
}

/// The value of a few digits.
fn number(page: &Page<'_>, range: &Range<usize>) -> u32 {
    let digits = page.text.all_of(range).iter().take(8);
    digits
        .filter_map(|char| char.to_digit(10))
        .fold(0, |value, digit| value * 10 + digit)
}

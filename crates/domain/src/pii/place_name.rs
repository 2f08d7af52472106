//! What follows a street in an address: the flat, the place, the postal code.

use std::ops::Range;

use super::lexicon::Classes;
use super::page::Page;
use super::words::Case;

/// A place has at most so many words.
const MAX_PLACE_WORDS: usize = 4;
/// Parts after a street: flat, floor, place, state, country.
const MAX_PARTS: usize = 5;

/// The address, with what of these parts follows it.
pub(super) fn with_place(page: &Page<'_>, street: Range<usize>) -> Range<usize> {
    let mut end = street.end;
    for _ in 0..MAX_PARTS {
        let next = unit(page, end)
            .or_else(|| postal_code(page, end))
            .or_else(|| state_and_zip(page, end))
            .or_else(|| place(page, end));
        match next {
            Some(next) => end = next,
            None => break,
        }
    }
    street.start..end
}

/// After a comma, a line break or blanks.
fn separated(page: &Page<'_>, end: usize) -> Option<(usize, bool)> {
    let next = page
        .text
        .skip(end, 3, |char| matches!(char, ' ' | ',' | '\n' | '.'));
    let mut between = page.text.all_of(&(end..next)).iter();
    let has_comma = between.any(|char| matches!(char, ',' | '\n'));
    (next > end).then_some((next, has_comma))
}

/// `, Apt 4B`, ` #12`
fn unit(page: &Page<'_>, end: usize) -> Option<usize> {
    let (next, _) = separated(page, end)?;
    let text = page.text;
    let number = match text.at(next)? {
        '#' => next + 1,
        _ => {
            let word = page.word_at(next).filter(|word| word.is(Classes::UNIT))?;
            text.skip(word.range().end, 3, |char| matches!(char, '.' | ' ' | '#'))
        }
    };
    let unit_end = text.skip(number, 6, |char| char.is_ascii_alphanumeric());
    let has_digit = text
        .all_of(&(number..unit_end))
        .iter()
        .any(char::is_ascii_digit);
    let is_cut = text.at(unit_end).is_some_and(char::is_alphanumeric);
    (has_digit && !is_cut).then_some(unit_end)
}

/// `, IL 62704`, `, IL`, ` 62704-1234`
fn state_and_zip(page: &Page<'_>, end: usize) -> Option<usize> {
    let (next, has_comma) = separated(page, end)?;
    let state = page.word_at(next)?;
    if state.case != Case::Upper || state.len() != 2 || !state.is(Classes::STATE) {
        return None;
    }
    postal_code(page, state.range().end).or(has_comma.then_some(state.range().end))
}

/// `62704`, `62704-1234`, `SW1A 2AA`, `1234 AB`.
fn postal_code(page: &Page<'_>, end: usize) -> Option<usize> {
    let (next, _) = separated(page, end)?;
    let group = page.group_at(next);
    let Some(group) = group else {
        return british_code(page, next);
    };
    if !(4..=6).contains(&group.range().len()) || group.touches_word_after {
        return None;
    }
    let text = page.text;
    let extended = text.skip(group.range().end + 1, 5, |char| char.is_ascii_digit());
    let has_four_more =
        text.at(group.range().end) == Some('-') && extended == group.range().end + 5;
    Some(if has_four_more {
        extended
    } else {
        group.range().end
    })
}

/// Area, district, sector and unit: `SW1A 2AA`.
fn british_code(page: &Page<'_>, start: usize) -> Option<usize> {
    let text = page.text;
    let area = page
        .word_at(start)
        .filter(|word| word.len() <= 2 && word.is_capitalised())?;
    let district = text.skip(area.range().end, 3, |char| char.is_ascii_alphanumeric());
    let inward = text.skip(district, 1, |char| char == ' ');
    let code: &[char] = text.all_of(&(inward..inward + 3));
    let fits = matches!(code, [digit, a, b] if digit.is_ascii_digit() && a.is_ascii_uppercase() && b.is_ascii_uppercase());
    let is_cut = text.at(inward + 3).is_some_and(char::is_alphanumeric);
    (district > area.range().end && fits && !is_cut).then_some(inward + 3)
}

/// `, Springfield`, `10115 Berlin`: capitalised words after a comma, or after a postal code.
fn place(page: &Page<'_>, end: usize) -> Option<usize> {
    let (next, has_comma) = separated(page, end)?;
    let follows_code = page
        .text
        .before(end)
        .is_some_and(|char| char.is_ascii_digit())
        && !has_comma;
    if (!has_comma && !follows_code) || page.text.at(end) == Some('.') {
        return None;
    }
    let first = page.word_at(next)?;
    let is_name = |index: usize| {
        let word = &page.words[index];
        // `SW1A`
        let begins_code = page
            .text
            .at(word.range().end)
            .is_some_and(|char| char.is_ascii_digit());
        let opens = word.range().start == next
            && page.begins_sentence(index)
            && page.text.before(next) != Some('\n');
        word.is_capitalised() && !word.is(Classes::GRAMMAR) && !opens && !begins_code
    };
    let mut index = page.word_from(first.range().start);
    let mut place_end = None;
    for _ in 0..MAX_PLACE_WORDS {
        if index >= page.words.len() || !is_name(index) {
            break;
        }
        place_end = Some(page.words[index].range().end);
        match page.gap_after::<2>(index) {
            Some(gap) if gap.is_blank() || matches!(gap.as_slice(), ['-']) => index += 1,
            _ => break,
        }
    }
    // `12 Main Street, Will you come?`
    let place_end = place_end?;
    let goes_on = page.text.skip(place_end, 1, |char| char == ' ');
    let is_sentence = page
        .word_at(goes_on)
        .is_some_and(|word| !word.is_capitalised());
    (!is_sentence || follows_code).then_some(place_end)
}

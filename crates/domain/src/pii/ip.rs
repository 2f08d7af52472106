//! IP addresses: four numbers up to 255 with dots (RFC 791), or version 6 (RFC 4291), with the
//! length of a prefix where one is written. Dots may be in brackets or spelt out, as in warnings about one:
//! `192[.]168[.]1[.]1`.

use std::net::{Ipv4Addr, Ipv6Addr};
use std::ops::Range;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::lexicon::Classes;
use super::numbers::{Joint, Window, windows_from};
use super::page::Page;
use super::scan::Candidate;
use super::text::Text;

/// The longest spelling of version 6, with an embedded version 4 at its end.
const MAX_V6: usize = 45;
const V4_GROUPS: usize = 4;
const V4_DIGITS: usize = 12;

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let first = found.len();
    let features = &page.features;
    // A bracket counts as a sign too.
    if features.digits && (features.dots || features.at_signs) {
        find_v4(page, found);
    }
    if page.features.colons {
        find_v6(page.text, found);
    }
    found[first..].sort_by_key(|candidate| candidate.range.start);
}

fn find_v4(page: &Page<'_>, found: &mut Vec<Candidate>) {
    let mut first = 0;
    while first < page.groups.len() {
        let window = windows_from(&page.groups, first, V4_DIGITS)
            .find(|window| window.groups().len() == V4_GROUPS)
            .filter(|window| is_v4(page, window));
        if let Some(window) = &window {
            let range = with_prefix_length(page.text, window.range());
            found.push(Candidate::new(EntityKind::Ip, range, Confidence::CERTAIN));
        }
        first = window.map_or(first + 1, |window| window.next_group());
    }
}

fn is_v4(page: &Page<'_>, window: &Window<'_>) -> bool {
    let range = window.range();
    let [before, after] = window.outer_joints();
    let is_part = before == Joint::Dot || after == Joint::Dot;
    if window.uniform_joint() != Some(Joint::Dot) || is_part || touches_word(window) {
        return false;
    }
    written_v4(page.text, window).parse::<Ipv4Addr>().is_ok()
        && !is_called_version(page, range.start)
}

/// With plain dots, however they are written.
fn written_v4(text: &Text, window: &Window<'_>) -> String {
    let mut written = String::with_capacity(V4_DIGITS + V4_GROUPS);
    for group in window.groups() {
        if !written.is_empty() {
            written.push('.');
        }
        written.extend(text.all_of(&group.range()));
    }
    written
}

/// A digit may follow a percent-encoded sign, so only letters and `_` count.
fn touches_word(window: &Window<'_>) -> bool {
    let groups = window.groups();
    groups
        .first()
        .is_some_and(|group| group.touches_word_before)
        || groups.last().is_some_and(|group| group.touches_word_after)
}

/// `version 1.2.3.4`
fn is_called_version(page: &Page<'_>, start: usize) -> bool {
    let before = page
        .text
        .skip_back(start, 3, |char| matches!(char, ' ' | ':' | '.'));
    page.word_ending(before)
        .is_some_and(|word| word.is(Classes::VERSION))
}

fn with_prefix_length(text: &Text, range: Range<usize>) -> Range<usize> {
    if text.at(range.end) != Some('/') {
        return range;
    }
    let end = text.skip(range.end + 1, 3, |char| char.is_ascii_digit());
    let is_whole = !text.at(end).is_some_and(char::is_alphanumeric);
    if is_whole && end > range.end + 1 {
        range.start..end
    } else {
        range
    }
}

fn find_v6(text: &Text, found: &mut Vec<Candidate>) {
    let mut index = 0;
    while let Some(colon) = text.position_from(index, ':') {
        let start = text.skip_back(colon, MAX_V6.min(colon - index), is_of_v6);
        let end = text.skip(colon, usize::MAX, is_of_v6);
        index = end;
        if let Some(range) = v6_in(text, start..end) {
            let range = with_prefix_length(text, range);
            found.push(Candidate::new(EntityKind::Ip, range, Confidence::CERTAIN));
        }
    }
}

fn is_of_v6(char: char) -> bool {
    char.is_ascii_hexdigit() || matches!(char, ':' | '.')
}

fn v6_in(text: &Text, range: Range<usize>) -> Option<Range<usize>> {
    // A sentence may end with one, and an address with a port or a colon.
    let end = text.skip_back(range.end, 2, |char| char == '.');
    let range = range.start..end;
    let touches =
        |char: Option<char>| char.is_some_and(|char| char.is_alphanumeric() || char == '_');
    if range.len() > MAX_V6 || touches(text.before(range.start)) || touches(text.at(range.end)) {
        return None;
    }
    let written: String = text.all_of(&range).iter().collect();
    let has_digit = written.bytes().any(|byte| byte.is_ascii_digit());
    (has_digit && written.parse::<Ipv6Addr>().is_ok()).then_some(range)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn addresses_of_both_versions_are_found() {
        for text in [
            "106.31.73.20",
            "10.0.0.0/8",
            "6e40:4041:c617:e898:c11:40d2:c669:2eb4",
            "2001:db8::1",
            "2001:db8::/32",
            "::ffff:192.0.2.1",
            "１０６.31.73.20",
            "192[.]168[.]1[.]1",
            "192(dot)168(dot)1(dot)1",
            "192[DOT]168[DOT]1[DOT]1/24",
            "192.168.1[.]1",
        ] {
            assert_eq!(found(&format!("from {text}, ok")), [format!("ip:{text}")]);
            assert_eq!(found(&format!("({text}).")), [format!("ip:{text}")]);
        }
    }

    #[test]
    fn versions_times_and_paths_are_none() {
        for text in [
            "version 1.2.3.4",
            "v1.2.3.4",
            "1.2.3.4.5",
            "256.1.1.1",
            "01.2.3.4",
            "at 10:20:30",
            "std::fmt",
            "a::b",
            "::",
            "score 3:2:1",
            "version 1[.]2[.]3[.]4",
            "300[.]1[.]1[.]1",
            "1[dot]2[dot]3",
        ] {
            nothing_in(text);
        }
    }
}

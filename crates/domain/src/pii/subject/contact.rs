//! Whether letters and digits that match are a known handle, address or number, and how far it goes.

use std::ops::Range;

use super::super::text::Text;
use super::patterns::Contact;
use super::spelling::starts_word;

/// The whole of a contact whose letters and digits match at `range`, if it is that contact.
pub(super) fn contact_at(
    text: &Text,
    range: Range<usize>,
    contact: &Contact,
    has_gap: bool,
) -> Option<Range<usize>> {
    let is_inside = |char: Option<char>| char.is_some_and(char::is_alphanumeric);
    let is_apart = !is_inside(text.before(range.start)) && !is_inside(text.at(range.end));
    match contact {
        Contact::Phone => {
            let has_more = text.at(range.end).is_some_and(|char| char.is_ascii_digit());
            // Country and area, as far as they are of one number.
            let start = text.skip_back(range.start, 12, |char| {
                char.is_ascii_digit() || matches!(char, ' ' | '+' | '(' | ')' | '-' | '.' | '/')
            });
            let start = text.skip(start, 12, |char| {
                matches!(char, ' ' | ')' | '-' | '.' | '/')
            });
            (!has_more).then_some(start.min(range.start)..range.end)
        }
        Contact::Email => is_apart.then_some(range),
        Contact::Handle {
            is_ordinary,
            has_signs,
        } => {
            let sign = text.before(range.start);
            let start = range.start - usize::from(sign == Some('@'));
            // `hopeful_s` is a handle, `hopefuls` and `hopeful s` are not.
            let is_marked = matches!(sign, Some('@' | '/')) || (*has_signs && has_gap);
            let is_handle =
                starts_word(text, range.start) && (!is_ordinary || (is_apart && is_marked));
            let ends = !text.at(range.end).is_some_and(char::is_alphabetic);
            (is_handle && ends).then_some(start..range.end)
        }
    }
}

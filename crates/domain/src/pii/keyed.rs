//! Keys with their values inside a text, as in a document that is kept as a text or quoted in one:
//! `{"vorname": "Lena"}`. The keys are read as those of a document are, one by one: what an object around them says
//! is not.
//!
//! Each value is read once for every way its quotes are escaped, of which there are few.

use std::ops::Range;

use serde_json::Value;

use super::key_split::words_of;
use super::keys::{KeyMeaning, meaning_of};
use super::kinds::Kinds;
use super::page::Page;
use super::scan::Candidate;
use super::text::{COVER, Text};

/// Longer keys name nothing.
const MAX_KEY: usize = 64;
/// A text in a text in a text has `\\\"` for a quote.
const MAX_BACKSLASHES: usize = 3;
/// Before and after a colon.
const MAX_BLANKS: usize = 4;

/// A value in quotes, or a number.
struct Written {
    range: Range<usize>,
    is_text: bool,
}

pub(super) fn find(page: &Page<'_>, kinds: Kinds, found: &mut Vec<Candidate>) {
    if !page.features.colons {
        return;
    }
    let text = page.text;
    let mut index = 0;
    while let Some(colon) = text.position_from(index, ':') {
        index = colon + 1;
        let meaning = key_before(text, colon).and_then(|key| meaning_of(&words_of(&key)));
        let Some(meaning) = meaning.filter(|meaning| kinds.contains(meaning.kind)) else {
            continue;
        };
        for value in values_from(text, colon + 1) {
            if is_met(text, meaning, &value) {
                found.extend(uncovered(text, value.range, meaning));
            }
        }
    }
}

/// The key in quotes before a colon.
fn key_before(text: &Text, colon: usize) -> Option<String> {
    let after = text.skip_back(colon, MAX_BLANKS, is_blank);
    let quote = text.before(after).filter(|char| is_quote(*char))?;
    let end = text.skip_back(after - 1, MAX_BACKSLASHES, |char| char == '\\');
    let is_of_key = |char: char| char.is_alphanumeric() || matches!(char, '_' | '-' | '.' | ' ');
    let start = text.skip_back(end, MAX_KEY, is_of_key);
    let is_whole = start < end && text.before(start) == Some(quote);
    is_whole.then(|| text.all_of(&(start..end)).iter().collect())
}

/// The value at a place, or those of a list there.
fn values_from(text: &Text, at: usize) -> impl Iterator<Item = Written> {
    let first = text.skip(at, MAX_BLANKS, is_blank);
    let is_list = text.at(first) == Some('[');
    let mut next = Some(first + usize::from(is_list));
    std::iter::from_fn(move || {
        let start = text.skip(next.take()?, MAX_BLANKS, is_blank);
        let (value, end) = quoted(text, start).or_else(|| number(text, start))?;
        let comma = text.skip(end, MAX_BLANKS, is_blank);
        if is_list && text.at(comma) == Some(',') {
            next = Some(comma + 1);
        }
        Some(value)
    })
}

/// A text in quotes that are escaped, or are not, as the one that begins it is, and where it ends with them.
fn quoted(text: &Text, start: usize) -> Option<(Written, usize)> {
    let at = text.skip(start, MAX_BACKSLASHES, |char| char == '\\');
    let quote = text.at(at).filter(|char| is_quote(*char))?;
    let escape = at - start;
    let first = at + 1;
    let mut from = first;
    loop {
        let close = text.position_from(from, quote)?;
        let end = text.skip_back(close, (escape + 1).min(close - first), |char| char == '\\');
        if close - end <= escape {
            let range = first..end;
            return Some((
                Written {
                    range,
                    is_text: true,
                },
                close + 1,
            ));
        }
        from = close + 1;
    }
}

fn number(text: &Text, start: usize) -> Option<(Written, usize)> {
    let end = text.skip(start, MAX_KEY, |char| {
        char.is_ascii_digit() || matches!(char, '.' | '-' | '+')
    });
    let range = start..end;
    let is_text = false;
    (start < end).then_some((Written { range, is_text }, end))
}

fn is_met(text: &Text, meaning: KeyMeaning, value: &Written) -> bool {
    let written: String = text.all_of(&value.range).iter().collect();
    let scalar = if value.is_text {
        Value::String(String::new())
    } else {
        Value::from(0)
    };
    meaning.evidence.is_met_by(&scalar, &written)
}

/// The parts of a value of which nothing was found yet.
fn uncovered(text: &Text, range: Range<usize>, meaning: KeyMeaning) -> Vec<Candidate> {
    let parts = text.all_of(&range).split(|char| *char == COVER);
    let mut start = range.start;
    let mut found = Vec::new();
    for part in parts {
        let end = start + part.len();
        if part.iter().any(|char| char.is_alphanumeric()) {
            let confidence = meaning.evidence.confidence();
            found.push(Candidate::new(meaning.kind, start..end, confidence));
        }
        start = end + 1;
    }
    found
}

fn is_quote(char: char) -> bool {
    matches!(char, '"' | '\'')
}

fn is_blank(char: char) -> bool {
    matches!(char, ' ' | '\t' | '\n' | '\r')
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::pii::tests::{contact_found, found, nothing_in};
    use crate::pii::{redact_json, redact_text};

    #[test]
    fn what_a_key_in_a_text_names_is_found() {
        for (text, expected) in [
            (r#"hello {"vorname":"Lena"} x"#, vec!["name:Lena"]),
            (r#"so: "name": "Lena Fuchs""#, vec!["name:Lena Fuchs"]),
            (r"{'first_name': 'lena', 'age': 9}", vec!["name:lena"]),
            (r#"{\"nachname\" : \"Fuchs\"}"#, vec!["name:Fuchs"]),
            (
                r#"{\\\"nachname\\\":\\\"Fu\\\\\"chs\\\"}"#,
                vec![r#"name:Fu\\\\\"chs"#],
            ),
            (
                r#"{"buddies": ["Emma Lee", "Noah Becker"]}"#,
                vec!["name:Emma Lee", "name:Noah Becker"],
            ),
            (r#"{"plz": 38100, "ort": "Aula"}"#, vec!["address:38100"]),
            ("{\n  \"schule\":\n  \"Linden\"\n}", vec!["school:Linden"]),
            (r#"{"passwort":"geheim"}"#, vec!["password:geheim"]),
        ] {
            assert_eq!(found(text), expected, "{text}");
        }
    }

    #[test]
    fn what_names_nothing_personal_is_left() {
        for text in [
            r#"{"name": "Algebra", "title": "Emma Lee"}"#,
            r#"{"email": "", "vorname": null, "phone": true, "school": "[SCHOOL]"}"#,
            r#"{"course_name": "World History", "klasse": "4b"}"#,
            r#"she said "name": and left"#,
            r#"{"vorname": "#,
            r#""": "x", " : "y""#,
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn names_are_left_to_adults_in_a_text_but_not_in_a_document() {
        let text = r#"{"vorname":"Lena","handy":"0151"}"#;
        assert_eq!(contact_found(text), ["phone:0151"]);
        let redacted = json!({"payload": r#"{"vorname":"[NAME]","handy":"[PHONE]"}"#});
        assert_eq!(redact_json(json!({ "payload": text })), redacted);
    }

    #[test]
    fn what_else_is_in_a_value_is_covered_with_it() {
        let text = r#"{"passwort": "geheim, ruf 0151 2345678 an"}"#;
        let redacted = redact_text(text);
        assert_eq!(redacted, r#"{"passwort": "[PASSWORD][PHONE][PASSWORD]"}"#);
        assert_eq!(redact_text(&redacted), redacted);
    }
}

//! Personal information in JSON documents: under keys that name it, in strings, in keys themselves.
//!
//! A document is walked with a list of what is still to be visited instead of by recursion, so that
//! no depth overflows the stack. What a key names holds for every scalar below it.
//!
//! `null`, empty and blank strings, placeholders and empty lists and objects hold no personal
//! information; under a key that names it, anything else does, also numbers, `true` and `false`.
//! Redacting leaves `true` and `false` as they are: the key is at fault, but they tell nothing, and
//! without them settings such as `{"email": true}` would be lost.

use serde_json::{Map, Value};

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::keys::KeyMeaning;
use super::place::Place;
use super::redact::replaced;
use super::scan::Finding;
use super::scanner::Scanner;

/// Paths are cut to the nearest ancestor within so many characters: a deep document with long keys
/// would otherwise need memory that grows with the square of its size.
const MAX_PATH: usize = 512;

/// Personal information in a document, never the information itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JsonFinding {
    /// A JSON pointer (RFC 6901) to the value. Personal information in keys is redacted in it, and
    /// at most 512 characters are kept: deeper values are reported at an ancestor.
    pub path: String,
    /// What it is.
    pub kind: EntityKind,
    /// What gave it away.
    pub source: FindingSource,
    /// Unicode scalar values from the start of the value's text (the key's for
    /// [`FindingSource::InKey`]).
    pub start: usize,
    /// Exclusive.
    pub end: usize,
    /// How sure it is.
    pub confidence: Confidence,
}

/// What gave it away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FindingSource {
    /// The name of a key; the finding is the whole value below it.
    Key,
    /// The text of a value.
    Value,
    /// The text of a key, used as data: `{"joe@example.com": 5}`.
    InKey,
}

/// A value that is still to be visited.
struct Visit<'a> {
    value: &'a Value,
    path: String,
    place: Place,
}

pub(super) fn scan_json_with(scanner: &Scanner<'_>, document: &Value) -> Vec<JsonFinding> {
    let mut findings = Vec::new();
    let mut visits = vec![Visit {
        value: document,
        path: String::new(),
        place: Place::ROOT,
    }];
    while let Some(visit) = visits.pop() {
        let first_child = visits.len();
        match visit.value {
            Value::Object(members) => {
                for (key, value) in members {
                    let in_key = scanner.scan(key);
                    let path = extended(&visit.path, &redacted_key(key, &in_key));
                    let to_finding = |finding| at_path(&path, finding, FindingSource::InKey);
                    findings.extend(in_key.into_iter().map(to_finding));
                    visits.push(Visit {
                        value,
                        path,
                        place: visit.place.at(key),
                    });
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let path = extended(&visit.path, &index.to_string());
                    visits.push(Visit {
                        value,
                        path,
                        place: visit.place.in_list(),
                    });
                }
            }
            scalar => findings.extend(in_scalar(scanner, scalar, &visit)),
        }
        // The last in is the first out.
        visits[first_child..].reverse();
    }
    findings
}

pub(super) fn redact_json_with(scanner: &Scanner<'_>, mut document: Value) -> Value {
    let mut visits = vec![(&mut document, Place::ROOT)];
    while let Some((value, place)) = visits.pop() {
        match value {
            Value::Object(members) => {
                redact_keys(scanner, members);
                visits.extend(
                    members
                        .iter_mut()
                        .map(|(key, value)| (value, place.at(key))),
                );
            }
            Value::Array(items) => {
                visits.extend(items.iter_mut().map(|value| (value, place.in_list())));
            }
            scalar => redact_scalar(scanner, scalar, place.meaning),
        }
    }
    document
}

fn in_scalar(scanner: &Scanner<'_>, scalar: &Value, visit: &Visit<'_>) -> Vec<JsonFinding> {
    let Some(text) = text_of(scalar) else {
        return Vec::new();
    };
    if let Some(meaning) = met(scanner, visit.place.meaning, scalar, &text) {
        let whole = Finding {
            kind: meaning.kind,
            start: 0,
            end: text.chars().count(),
            confidence: meaning.evidence.confidence(),
        };
        return vec![at_path(&visit.path, whole, FindingSource::Key)];
    }
    let findings = scanner.scan(&text).into_iter();
    findings
        .map(|finding| at_path(&visit.path, finding, FindingSource::Value))
        .collect()
}

fn redact_scalar(scanner: &Scanner<'_>, scalar: &mut Value, meaning: Option<KeyMeaning>) {
    if scalar.is_boolean() {
        return;
    }
    let Some(text) = text_of(scalar) else { return };
    if let Some(meaning) = met(scanner, meaning, scalar, &text) {
        *scalar = Value::String(meaning.kind.placeholder().to_owned());
        return;
    }
    let redacted = scanner.redact(&text);
    if redacted != text {
        *scalar = Value::String(redacted);
    }
}

/// What the keys above a scalar say that it is, if it is asked for and the scalar looks like it.
fn met(
    scanner: &Scanner<'_>,
    meaning: Option<KeyMeaning>,
    scalar: &Value,
    text: &str,
) -> Option<KeyMeaning> {
    meaning.filter(|meaning| {
        scanner.reads_key(meaning.kind) && meaning.evidence.is_met_by(scalar, text)
    })
}

/// Scalars as they are written.
fn text_of(scalar: &Value) -> Option<String> {
    match scalar {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(answer) => Some(answer.to_string()),
        _ => None,
    }
}

fn redact_keys(scanner: &Scanner<'_>, members: &mut Map<String, Value>) {
    if members.keys().all(|key| scanner.scan(key).is_empty()) {
        return;
    }
    rename_keys(members, |key| scanner.redact(key));
}

/// Gives every member the key that `rename` makes of its own; none is lost where two become one.
pub(super) fn rename_keys(members: &mut Map<String, Value>, rename: impl Fn(&str) -> String) {
    let mut counts = std::collections::HashMap::new();
    for (key, value) in std::mem::take(members) {
        let redacted = rename(&key);
        let mut unique = redacted.clone();
        // Two addresses must not become one member: "[EMAIL]", "[EMAIL] 2".
        while members.contains_key(&unique) {
            let count = counts.entry(redacted.clone()).or_insert(1_usize);
            *count += 1;
            unique = format!("{redacted} {count}");
        }
        members.insert(unique, value);
    }
}

fn redacted_key(key: &str, findings: &[Finding]) -> String {
    let redacted = replaced(key, findings);
    redacted.replace('~', "~0").replace('/', "~1")
}

fn extended(path: &str, segment: &str) -> String {
    let length = path.len() + 1 + segment.len();
    if length > MAX_PATH {
        path.to_owned()
    } else {
        format!("{path}/{segment}")
    }
}

fn at_path(path: &str, finding: Finding, source: FindingSource) -> JsonFinding {
    JsonFinding {
        path: path.to_owned(),
        kind: finding.kind,
        source,
        start: finding.start,
        end: finding.end,
        confidence: finding.confidence,
    }
}

#[cfg(test)]
mod tests;

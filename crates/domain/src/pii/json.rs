//! Personal information in JSON documents: under keys that name it, in strings, in keys themselves.
//!
//! A document is walked with a list of what is still to be visited instead of by recursion, so that
//! no depth overflows the stack. What a key names holds for the scalars below it: for every one
//! below an `address` or a `school`; for `email`, `phone` and other single values through lists and
//! keys that only say which one (`{"email": {"home": …}}`), as `{"email": {"template": "welcome"}}`
//! is no email.
//!
//! `true`, `false` and `null` hold no personal information, nor do empty strings, "none", "n/a" and
//! placeholders. A number does where it can be the thing itself: a phone number, a social security
//! number, coordinates, a birth date, a password.

use serde_json::{Map, Value};

use super::entity::EntityKind;
use super::keys::{KeyMeaning, is_about_record, is_qualifying, meaning_of};
use super::redact::redact_text;
use super::scan::Finding;
use super::scan_text;

/// Paths are cut to the nearest ancestor within so many characters: a deep document with long keys
/// would otherwise need memory that grows with the square of its size.
const MAX_PATH: usize = 512;

/// Personal information in a document, never the information itself.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct JsonFinding {
    /// A JSON pointer (RFC 6901) to the value. Personal information in keys is redacted in it, and
    /// at most 512 characters are kept: deeper values are reported at an ancestor.
    pub path: String,
    pub kind: EntityKind,
    pub source: FindingSource,
    /// Unicode scalar values from the start of the value's text (the key's for
    /// [`FindingSource::InKey`]).
    pub start: usize,
    /// Exclusive.
    pub end: usize,
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
    meaning: Option<KeyMeaning>,
}

/// The personal information in a document, in its order; what the keys of an object hold comes
/// before what its values do.
#[must_use]
pub fn scan_json(document: &Value) -> Vec<JsonFinding> {
    let mut findings = Vec::new();
    let mut visits = vec![Visit {
        value: document,
        path: String::new(),
        meaning: None,
    }];
    while let Some(visit) = visits.pop() {
        let first_child = visits.len();
        match visit.value {
            Value::Object(members) => {
                for (key, value) in members {
                    let in_key = scan_text(key);
                    let path = extended(&visit.path, &redacted_key(key, &in_key));
                    let to_finding = |finding| at_path(&path, finding, FindingSource::InKey);
                    findings.extend(in_key.into_iter().map(to_finding));
                    visits.push(Visit {
                        value,
                        path,
                        meaning: meaning_below(visit.meaning, key),
                    });
                }
            }
            Value::Array(items) => {
                for (index, value) in items.iter().enumerate() {
                    let path = extended(&visit.path, &index.to_string());
                    visits.push(Visit {
                        value,
                        path,
                        meaning: visit.meaning,
                    });
                }
            }
            scalar => findings.extend(in_scalar(scalar, &visit.path, visit.meaning)),
        }
        // The last in is the first out.
        visits[first_child..].reverse();
    }
    findings
}

/// The document with personal information replaced by placeholders; numbers under personal keys
/// too. Scanning the result finds nothing.
#[must_use]
pub fn redact_json(mut document: Value) -> Value {
    let mut visits = vec![(&mut document, None)];
    while let Some((value, meaning)) = visits.pop() {
        match value {
            Value::Object(members) => {
                redact_keys(members);
                visits.extend(
                    members
                        .iter_mut()
                        .map(|(key, value)| (value, meaning_below(meaning, key))),
                );
            }
            Value::Array(items) => visits.extend(items.iter_mut().map(|value| (value, meaning))),
            scalar => redact_scalar(scalar, meaning),
        }
    }
    document
}

/// What is known about the value of `key`, in an object about which `above` is known.
fn meaning_below(above: Option<KeyMeaning>, key: &str) -> Option<KeyMeaning> {
    meaning_of(key).or_else(|| {
        above.filter(|above| match above.kind {
            EntityKind::Address
            | EntityKind::Geolocation
            | EntityKind::Dob
            | EntityKind::Name
            | EntityKind::School => !is_about_record(key),
            _ => is_qualifying(key),
        })
    })
}

fn in_scalar(scalar: &Value, path: &str, meaning: Option<KeyMeaning>) -> Vec<JsonFinding> {
    let Some(text) = text_of(scalar) else {
        return Vec::new();
    };
    if let Some(meaning) = meaning.filter(|meaning| holds(scalar, &text, *meaning)) {
        let whole = Finding {
            kind: meaning.kind,
            start: 0,
            end: text.chars().count(),
        };
        return vec![at_path(path, whole, FindingSource::Key)];
    }
    let findings = scan_text(&text).into_iter();
    findings
        .map(|finding| at_path(path, finding, FindingSource::Value))
        .collect()
}

fn redact_scalar(scalar: &mut Value, meaning: Option<KeyMeaning>) {
    let Some(text) = text_of(scalar) else { return };
    if let Some(meaning) = meaning.filter(|meaning| holds(scalar, &text, *meaning)) {
        *scalar = Value::String(meaning.kind.placeholder().to_owned());
        return;
    }
    let redacted = redact_text(&text);
    if redacted != text {
        *scalar = Value::String(redacted);
    }
}

/// Strings, and whole numbers as they are written; other scalars hold no text.
fn text_of(scalar: &Value) -> Option<String> {
    match scalar {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}

/// Whether a value under a personal key is personal information.
fn holds(scalar: &Value, text: &str, meaning: KeyMeaning) -> bool {
    let digits = text.chars().filter(|char| char.is_numeric()).count();
    match scalar {
        Value::Number(_) => match meaning.kind {
            EntityKind::Phone | EntityKind::Ssn => digits >= 7,
            EntityKind::Geolocation | EntityKind::Dob | EntityKind::Password => true,
            _ => false,
        },
        _ if meaning.needs_digits => digits >= 4 && !EntityKind::is_placeholder(text),
        _ => !says_nothing(text),
    }
}

/// Empty, masked, redacted, or a word for "nothing".
fn says_nothing(text: &str) -> bool {
    let text = text.trim();
    let words = [
        "none", "null", "nil", "n/a", "na", "unknown", "true", "false", "yes", "no", "on", "off",
        "redacted",
    ];
    !text.chars().any(char::is_alphanumeric)
        || EntityKind::is_placeholder(text)
        || words.iter().any(|word| {
            text.trim_matches(['[', ']', '<', '>'])
                .eq_ignore_ascii_case(word)
        })
}

fn redact_keys(members: &mut Map<String, Value>) {
    if members.keys().all(|key| scan_text(key).is_empty()) {
        return;
    }
    let mut counts = std::collections::HashMap::new();
    for (key, value) in std::mem::take(members) {
        let redacted = redact_text(&key);
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
    let redacted = super::redact::replaced(key, findings);
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
    let Finding { kind, start, end } = finding;
    JsonFinding {
        path: path.to_owned(),
        kind,
        source,
        start,
        end,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn found(document: &Value) -> Vec<String> {
        let show = |finding: JsonFinding| {
            format!(
                "{} {} {:?}",
                finding.path,
                finding.kind.as_str(),
                finding.source
            )
        };
        scan_json(document).into_iter().map(show).collect()
    }

    #[test]
    fn keys_and_values_give_it_away() {
        let document = json!({
            "contact": {"email": "hidden", "note": "call 555-123-4567"},
            "friends": [{"fullName": "Ada L."}, {"score": 12}],
        });
        let expected = [
            "/contact/email email Key",
            "/contact/note phone Value",
            "/friends/0/fullName name Key",
        ];
        assert_eq!(found(&document), expected);
    }

    #[test]
    fn values_that_say_nothing_are_no_violation() {
        for value in [
            json!(null),
            json!(""),
            json!("  "),
            json!(true),
            json!(false),
            json!("n/a"),
            json!("***"),
            json!([]),
            json!({}),
            json!("[EMAIL]"),
        ] {
            assert_eq!(
                found(&json!({"email": value, "address": value, "phone": value})),
                Vec::<String>::new()
            );
        }
        assert!(
            found(&json!({"email": 3, "school": 12, "address": 2, "phone": 1, "cell": "B4"}))
                .is_empty()
        );
    }

    #[test]
    fn numbers_count_where_they_are_the_thing() {
        let document = json!({
            "a": {"phone": 5_551_234_567_u64}, "b": {"ssn": 123_456_789},
            "c": {"lat": 40.7}, "d": {"dob": 20_120_504},
        });
        assert_eq!(
            found(&document),
            [
                "/a/phone phone Key",
                "/b/ssn ssn Key",
                "/c/lat geolocation Key",
                "/d/dob dob Key"
            ]
        );
        assert_eq!(
            found(&json!({"x": 4_111_111_111_111_111_u64})),
            ["/x card Value"]
        );
    }

    #[test]
    fn whole_values_and_parts_have_positions() {
        let findings = scan_json(&json!({"note": "é mail joe@example.com", "school": "Lynx"}));
        let positions: Vec<_> = findings
            .iter()
            .map(|finding| (finding.start, finding.end))
            .collect();
        assert_eq!(positions, [(7, 22), (0, 4)]);
    }

    #[test]
    fn what_a_key_names_holds_below_it() {
        let document = json!({
            "address": {"lines": ["1 High St"], "country": "UK", "type": "home", "id": 7},
            "birth_date": {"year": 2012, "month": 5},
            "emails": ["x", {"home": "y"}],
            "email": {"template": "welcome", "sent": true},
        });
        let expected = [
            "/address/country address Key",
            "/address/lines/0 address Key",
            "/birth_date/month dob Key",
            "/birth_date/year dob Key",
            "/emails/0 email Key",
            "/emails/1/home email Key",
        ];
        assert_eq!(found(&document), expected);
    }

    #[test]
    fn keys_used_as_data_are_found_and_never_shown() {
        let document = json!({"scores": {"joe@example.com": 5, "a/b~c": "joe@example.com"}});
        assert_eq!(
            found(&document),
            ["/scores/[EMAIL] email InKey", "/scores/a~1b~0c email Value"]
        );
    }

    #[test]
    fn redaction_replaces_values_and_keys_and_keeps_the_rest() {
        let document = json!({
            "parent_email": "joe@example.com",
            "password": "hunter2",
            "phone": 5_551_234_567_u64,
            "address": {"street": "1 High St", "type": "home"},
            "note": "mail joe@example.com or call 555-123-4567",
            "scores": {"joe@example.com": 5, "amy@example.com": 6, "[EMAIL]": 7},
            "streak": 12, "public": true, "none": null,
        });
        let expected = json!({
            "parent_email": "[EMAIL]",
            "password": "[PASSWORD]",
            "phone": "[PHONE]",
            "address": {"street": "[ADDRESS]", "type": "home"},
            "note": "mail [EMAIL] or call [PHONE]",
            "scores": {"[EMAIL]": 7, "[EMAIL] 2": 6, "[EMAIL] 3": 5},
            "streak": 12, "public": true, "none": null,
        });
        assert_eq!(redact_json(document), expected);
    }

    /// Takes a deep value apart piece by piece, as dropping it whole would recurse.
    fn dismantle(value: Value) {
        let mut rest = vec![value];
        while let Some(value) = rest.pop() {
            match value {
                Value::Array(items) => rest.extend(items),
                Value::Object(members) => rest.extend(members.into_iter().map(|(_, value)| value)),
                _ => {}
            }
        }
    }

    #[test]
    fn a_hostile_depth_overflows_nothing() {
        let mut document = json!("joe@example.com");
        for level in 0..200_000 {
            document = match level % 2 {
                0 => Value::Array(vec![document]),
                _ => Value::Object(Map::from_iter([("k".to_owned(), document)])),
            };
        }
        let findings = scan_json(&document);
        assert_eq!(findings.len(), 1);
        assert!(findings[0].path.len() <= MAX_PATH);
        let redacted = redact_json(document);
        assert!(scan_json(&redacted).is_empty());
        dismantle(redacted);
    }

    #[test]
    fn many_equal_keys_stay_apart() {
        let members: Map<String, Value> = (0..2_000)
            .map(|index| (format!("u{index}@example.com"), json!(index)))
            .collect();
        let Value::Object(redacted) = redact_json(Value::Object(members)) else {
            panic!("an object stays one")
        };
        assert_eq!(redacted.len(), 2_000);
    }

    fn documents() -> impl Strategy<Value = Value> {
        let text = prop::sample::select(vec![
            "joe@example.com",
            "call 555-123-4567",
            "SSN 123-45-6789",
            "4111 1111 1111 1111",
            "hello",
            "",
            "5551234567",
            "phone",
            "[PHONE]",
            "joe [at] example [dot] com",
            "n/a",
        ]);
        let key = prop::sample::select(vec![
            "email",
            "phone",
            "note",
            "address",
            "school",
            "joe@example.com",
            "cell",
            "dob",
            "id",
            "home",
            "lat",
            "x",
        ]);
        let scalar = prop_oneof![
            text.prop_map(Value::from),
            any::<u32>().prop_map(Value::from),
            any::<bool>().prop_map(Value::from),
            Just(Value::Null),
            Just(json!(4_111_111_111_111_111_u64)),
        ];
        scalar.prop_recursive(5, 60, 6, move |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..6).prop_map(Value::from),
                prop::collection::btree_map(key.clone(), inner, 0..6).prop_map(|members| members
                    .into_iter()
                    .map(|(key, value)| (key.to_owned(), value))
                    .collect()),
            ]
        })
    }

    proptest! {
        #[test]
        fn nothing_is_found_after_redaction_and_redacting_again_changes_nothing(document in documents()) {
            let redacted = redact_json(document);
            prop_assert_eq!(scan_json(&redacted), []);
            prop_assert_eq!(redact_json(redacted.clone()), redacted);
        }

        #[test]
        fn what_holds_nothing_personal_is_left_as_it_is(document in documents()) {
            if scan_json(&document).is_empty() {
                prop_assert_eq!(redact_json(document.clone()), document);
            }
        }

        #[test]
        fn paths_lead_to_values(document in documents()) {
            for finding in scan_json(&document) {
                if !finding.path.contains("[EMAIL]") {
                    prop_assert!(document.pointer(&finding.path).is_some());
                }
            }
        }
    }
}

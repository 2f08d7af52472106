//! The platform's own id of somebody, in texts and documents: whole, and in any spelling.
//!
//! What is written `student-4711` in one place is `STUDENT_4711`, `student 4711` or, in addresses, `student%2D4711` in
//! another, and `4711` may be a number. An id is matched character by character from each place where a word can begin, so
//! the work is that of reading the text, for ids of a bounded length.

use std::ops::Range;

use serde_json::{Number, Value};

use super::json::rename_keys;
use super::lexicon::lower_of;
use super::redact::with_placeholders;
use super::scan::forms;
use super::text::Text;

/// Shorter ids are in too many texts by chance.
const SHORTEST: usize = 6;
/// Stands for the id.
const PLACEHOLDER: &str = "[USER]";
/// What all signs between the parts of an id read as.
const SEPARATOR: char = '-';

/// An id that is looked for. Never printed.
pub struct PlatformId {
    /// As texts are read.
    folded: Vec<char>,
    /// The id as a number, when it is one.
    number: Option<f64>,
    /// See [`PlatformId::runs`].
    runs: Vec<String>,
}

impl PlatformId {
    /// The id as it is looked for; none when it has less than six characters, or nothing but separators.
    #[must_use]
    pub fn new(id: &str) -> Option<Self> {
        let folded: Vec<char> = Text::new(id).all().iter().copied().map(fold).collect();
        let is_separator = |char: &char| *char == SEPARATOR;
        if folded.len() < SHORTEST || folded.iter().all(is_separator) {
            return None;
        }
        let is_number = folded.iter().all(char::is_ascii_digit);
        let digits: String = folded.iter().collect();
        let runs = id.split(|char: char| !char.is_ascii_alphanumeric());
        let runs = runs.filter(|run| !run.is_empty());
        Some(Self {
            number: digits.parse().ok().filter(|_| is_number),
            folded,
            runs: runs.map(str::to_ascii_lowercase).collect(),
        })
    }

    /// Runs of lower-case letters and digits of ASCII that the id has, in this order, however its case and the signs between
    /// them are written: what a database can look for.
    #[must_use]
    pub fn runs(&self) -> &[String] {
        &self.runs
    }

    /// The text with a placeholder for the id, wherever it stands alone.
    #[must_use]
    pub fn redact(&self, text: &str) -> String {
        let spans = self.spans(text).into_iter();
        with_placeholders(text, spans.map(|span| (span, PLACEHOLDER)))
    }

    /// The document with a placeholder for the id in texts and keys, and for numbers that are it.
    #[must_use]
    pub fn redact_json(&self, mut document: Value) -> Value {
        let mut visits = vec![&mut document];
        while let Some(value) = visits.pop() {
            match value {
                Value::Object(members) => {
                    if members.keys().any(|key| !self.spans(key).is_empty()) {
                        rename_keys(members, |key| self.redact(key));
                    }
                    visits.extend(members.values_mut());
                }
                Value::Array(items) => visits.extend(items),
                scalar => self.redact_scalar(scalar),
            }
        }
        document
    }

    fn redact_scalar(&self, scalar: &mut Value) {
        match scalar {
            Value::String(text) => *text = self.redact(text),
            Value::Number(number) if self.is_number(number) => {
                *scalar = Value::String(PLACEHOLDER.to_owned());
            }
            _ => {}
        }
    }

    /// Whether a number is the id: a longer one is not, whatever its digits.
    fn is_number(&self, number: &Number) -> bool {
        match number.is_f64() {
            // `4711000.0`, and what has more digits than integers are kept with.
            true => self.number.is_some() && self.number == number.as_f64(),
            false => number.to_string().chars().eq(self.folded.iter().copied()),
        }
    }

    /// Where the id is, in characters, in order and apart.
    fn spans(&self, text: &str) -> Vec<Range<usize>> {
        let forms = forms(text);
        let mut found: Vec<_> = forms.iter().flat_map(|form| self.spans_in(form)).collect();
        found.sort_by_key(|span| span.start);
        let mut apart: Vec<Range<usize>> = Vec::with_capacity(found.len());
        for span in found {
            match apart.last_mut() {
                Some(last) if span.start < last.end => last.end = last.end.max(span.end),
                _ => apart.push(span),
            }
        }
        apart
    }

    fn spans_in(&self, form: &Text) -> Vec<Range<usize>> {
        let chars: Vec<char> = form.all().iter().copied().map(fold).collect();
        let is_inside = |char: Option<&char>| char.is_some_and(|char| char.is_alphanumeric());
        let (mut found, mut reached) = (Vec::new(), 0);
        for start in 0..chars.len() {
            let is_first = !is_inside(start.checked_sub(1).and_then(|before| chars.get(before)));
            let end = start + self.folded.len();
            let is_whole = start >= reached
                && is_first
                && chars.get(start..end) == Some(self.folded.as_slice())
                && !is_inside(chars.get(end));
            if is_whole {
                found.push(form.original(&(start..end)));
                reached = end;
            }
        }
        found
    }
}

/// A character without what tells spellings of one id apart.
fn fold(char: char) -> char {
    match char {
        // `+` is a space in the query of an address.
        '-' | '_' | ' ' | '.' | '+' => SEPARATOR,
        other => lower_of(other),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    fn redacted(id: &str, text: &str) -> String {
        PlatformId::new(id).unwrap().redact(text)
    }

    #[test]
    fn an_id_is_found_in_any_spelling() {
        for spelling in [
            "platform-id-7788",
            "PLATFORM-ID-7788",
            "Platform_Id_7788",
            "platform id 7788",
            "platform.id-7788",
            "platform+id+7788",
            "platform%2Did%2D7788",
            "platform%2did%5f7788",
            "platform%20id%2E7788",
            "platform%252Did%252D7788",
            "plat\u{200b}form\u{2011}id\u{2013}7788",
            "ｐｌａｔｆｏｒｍ－ｉｄ－７７８８",
        ] {
            for (before, behind) in [
                ("", ""),
                ("met ", " today"),
                ("/u/", "?x"),
                ("a%2F", "%2Fb"),
            ] {
                let text = format!("{before}{spelling}{behind}");
                let expected = format!("{before}[USER]{behind}");
                assert_eq!(redacted("platform-id-7788", &text), expected, "{text}");
            }
        }
    }

    #[test]
    fn longer_words_and_numbers_are_other_ones() {
        for (id, text) in [
            (
                "platform-id-7788",
                "platform-id-77889 and xplatform-id-7788",
            ),
            ("platform-id-7788", "platform--id-7788, platformid7788"),
            ("994417223", "9944172230 1994417223 a994417223 994417223b"),
            ("summer", "summers, midsummer and a sum mer"),
        ] {
            assert_eq!(redacted(id, text), text);
        }
        let text = "994417223, 994417223/994417223.";
        assert_eq!(redacted("994417223", text), "[USER], [USER]/[USER].");
        assert_eq!(redacted("aa-aa-a", "baa-aa-aa-aa-a"), "baa-aa-[USER]");
    }

    #[test]
    fn numbers_keys_and_values_at_any_depth_are_looked_at() {
        let id = PlatformId::new("994417223").unwrap();
        let document = json!({
            "peer": 994_417_223, "float": 994_417_223.0, "list": [[{ "994417223": { "x": 994_417_223 } }]],
            "more": 9_944_172_231_u64, "part": 994_417_223.5, "minus": -994_417_223, "yes": true,
        });
        let expected = json!({
            "peer": "[USER]", "float": "[USER]", "list": [[{ "[USER]": { "x": "[USER]" } }]],
            "more": 9_944_172_231_u64, "part": 994_417_223.5, "minus": -994_417_223, "yes": true,
        });
        assert_eq!(id.redact_json(document), expected);
    }

    #[test]
    fn a_number_of_more_digits_than_integers_have_is_found() {
        let id = PlatformId::new("123456789012345678901234").unwrap();
        let document: Value = serde_json::from_str("[123456789012345678901234, 1]").unwrap();
        assert_eq!(id.redact_json(document), json!(["[USER]", 1]));
    }

    #[test]
    fn keys_that_become_one_keep_their_values() {
        let id = PlatformId::new("platform-7788").unwrap();
        let document = json!({ "platform-7788": 1, "platform_7788": 2 });
        let expected = json!({ "[USER]": 1, "[USER] 2": 2 });
        assert_eq!(id.redact_json(document), expected);
    }

    #[test]
    fn what_is_short_or_has_no_letters_is_not_looked_for() {
        for id in [
            "",
            "s-123",
            "- _ . -",
            "a\u{200b}\u{200b}\u{200b}\u{200b}\u{200b}b",
        ] {
            assert!(PlatformId::new(id).is_none(), "{id:?}");
        }
    }

    #[test]
    fn the_runs_of_an_id_are_in_every_spelling_of_it() {
        let runs = |id: &str| PlatformId::new(id).unwrap().runs().to_vec();
        assert_eq!(runs("Platform_ID-7788"), ["platform", "id", "7788"]);
        assert_eq!(runs("Zoë-4711"), ["zo", "4711"]);
        assert_eq!(runs("学生四七一一"), Vec::<String>::new());
    }

    proptest! {
        #[test]
        fn nothing_is_left_of_an_id_that_stands_alone(
            id in "[a-c0-9][a-c0-9._ -]{4,9}[a-c0-9]",
            before in "\\PC{0,10}[ /,;]",
            behind in "[ /,;]\\PC{0,10}",
        ) {
            let wanted = PlatformId::new(&id).unwrap();
            let redacted = wanted.redact(&format!("{before}{id}{behind}"));
            prop_assert!(redacted.contains(PLACEHOLDER), "{redacted:?}");
            prop_assert_eq!(wanted.redact(&redacted), redacted);
        }
    }
}

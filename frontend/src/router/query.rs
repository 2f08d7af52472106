//! The query of a URL as ordered pairs. Filters, sort, period, tab and cursor live there, so that a reload,
//! the back button and a shared link keep the view.

use std::fmt::Write;

/// Ordered pairs of a query string.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Query(Vec<(String, String)>);

impl Query {
    /// No pairs.
    pub fn new() -> Self {
        Self::default()
    }

    /// Reads `a=1&b=2`, with or without the leading `?`. What is not valid percent-encoding stays as it is, and an
    /// empty value counts as absent: the engine refuses one.
    pub fn parse(text: &str) -> Self {
        let pairs = text
            .trim_start_matches('?')
            .split('&')
            .filter(|pair| !pair.is_empty());
        Self(
            pairs
                .map(|pair| pair.split_once('=').unwrap_or((pair, "")))
                .filter(|(_, value)| !value.is_empty())
                .map(|(name, value)| (decode(name), decode(value)))
                .collect(),
        )
    }

    /// The value of `name`.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0
            .iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    }

    /// The same with `name` set, or removed by `None`.
    #[must_use]
    pub fn with(mut self, name: &str, value: Option<&str>) -> Self {
        let value = value.filter(|value| !value.is_empty());
        match (value, self.0.iter().position(|(key, _)| key == name)) {
            (Some(value), Some(place)) => value.clone_into(&mut self.0[place].1),
            (Some(value), None) => self.0.push((name.to_owned(), value.to_owned())),
            (None, _) => self.0.retain(|(key, _)| key != name),
        }
        self
    }

    /// The same with `name` set to a value that is always there.
    #[must_use]
    pub fn and(self, name: &str, value: impl ToString) -> Self {
        self.with(name, Some(&value.to_string()))
    }

    /// Only the pairs named.
    #[must_use]
    pub fn only(&self, names: &[&str]) -> Self {
        Self(
            self.0
                .iter()
                .filter(|(key, _)| names.contains(&key.as_str()))
                .cloned()
                .collect(),
        )
    }

    /// The pairs of both; those of `other` win.
    #[must_use]
    pub fn merged(self, other: &Self) -> Self {
        other
            .0
            .iter()
            .fold(self, |query, (name, value)| query.with(name, Some(value)))
    }

    /// Whether there is no pair.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// `path?a=1`, or `path` alone.
    pub fn on(&self, path: &str) -> String {
        let mut url = path.to_owned();
        for (place, (name, value)) in self.0.iter().enumerate() {
            url.push(if place == 0 { '?' } else { '&' });
            encode(name, &mut url);
            url.push('=');
            encode(value, &mut url);
        }
        url
    }
}

/// Percent-encodes one segment of a path.
pub fn encode_segment(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    encode(text, &mut encoded);
    encoded
}

/// Whether browsers take a segment of a path for a step up or none, also when it is encoded.
pub fn is_step(text: &str) -> bool {
    matches!(text, "." | "..")
}

/// Writes a name that others chose as a segment of a path of the app. What would be taken for a step gets a `~` in
/// front, and so does what begins with one.
pub fn encode_name(name: &str) -> String {
    let mark = if is_step(name) || name.starts_with('~') {
        "~"
    } else {
        ""
    };
    format!("{mark}{}", encode_segment(name))
}

/// Reads a segment of a path of the app.
pub fn decode_name(segment: &str) -> String {
    // A plus is a plus in a path.
    decode_bytes(segment.strip_prefix('~').unwrap_or(segment), false)
}

/// Decodes percent-encoding and `+`.
pub fn decode(text: &str) -> String {
    decode_bytes(text, true)
}

fn decode_bytes(text: &str, plus_is_space: bool) -> String {
    let bytes = text.as_bytes();
    let mut decoded = Vec::with_capacity(bytes.len());
    let mut place = 0;
    while place < bytes.len() {
        let hex = bytes
            .get(place + 1..place + 3)
            .and_then(|pair| std::str::from_utf8(pair).ok());
        let byte = hex.and_then(|pair| u8::from_str_radix(pair, 16).ok());
        match (bytes[place], byte) {
            (b'%', Some(byte)) => {
                decoded.push(byte);
                place += 2;
            }
            (b'+', _) if plus_is_space => decoded.push(b' '),
            (other, _) => decoded.push(other),
        }
        place += 1;
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

fn encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string can not fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, decode, decode_name, encode_name, encode_segment, is_step};

    #[test]
    fn what_is_written_is_read_again() {
        let query = Query::new()
            .and("tz", "America/New_York")
            .and("q", "a b&c=d+é%");
        assert_eq!(Query::parse(query.on("/x").trim_start_matches("/x")), query);
    }

    #[test]
    fn setting_replaces_and_none_removes() {
        let query = Query::parse("?days=7&tab=bots").and("days", 30);
        assert_eq!(query.on("/g"), "/g?days=30&tab=bots");
        assert_eq!(
            query.with("days", None).with("tab", Some("")).on("/g"),
            "/g"
        );
    }

    #[test]
    fn an_empty_value_is_not_passed_on() {
        let query = Query::parse("?referrer=&source&days=7");
        assert_eq!(
            query.only(&["referrer", "source", "days"]).on("/l"),
            "/l?days=7"
        );
        assert_eq!(query.get("referrer"), None);
    }

    #[test]
    fn broken_encoding_stays_as_it_is() {
        assert_eq!(decode("100%"), "100%");
        assert_eq!(decode("%zz%41"), "%zzA");
        assert_eq!(decode("%é"), "%é");
    }

    #[test]
    fn names_of_every_kind_are_read_as_they_were_written() {
        for name in [
            "parent-17",
            ".",
            "..",
            "...",
            "~",
            "~.",
            "a/b",
            "a+b",
            "ä %2F?#",
        ] {
            let segment = encode_name(name);
            assert!(!is_step(&segment) && !segment.contains('/'), "{segment}");
            assert_eq!(decode_name(&segment), name);
        }
    }

    #[test]
    fn segments_can_hold_anything() {
        assert_eq!(encode_segment("a/b?c"), "a%2Fb%3Fc");
    }
}

//! One line of the combined format.

use std::borrow::Cow;
use std::net::IpAddr;

use chrono::{DateTime, Utc};

use super::scan::{Scanner, unescape};

/// Longest line in bytes. Servers limit the request line and the headers to about 8 KiB each.
pub const MAX_LINE_BYTES: usize = 16 * 1024;

/// `17/May/2015:10:05:03 +0000`
const TIME_FORMAT: &str = "%d/%b/%Y:%H:%M:%S %z";
const TIME_CHARS: usize = 26;

/// A `GET` request from an access log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParsedLine<'a> {
    pub ip: IpAddr,
    pub time: DateTime<Utc>,
    /// The path as requested, percent-encoded, without the query.
    pub path: Cow<'a, str>,
    /// What follows the first `?`.
    pub query: Option<Cow<'a, str>>,
    /// The status that was answered, 100 to 599.
    pub status: u16,
    /// Absent when logged as `-` or empty.
    pub referer: Option<Cow<'a, str>>,
    /// Absent when logged as `-` or empty.
    pub user_agent: Option<Cow<'a, str>>,
}

/// Why a line is not imported.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, thiserror::Error)]
pub enum RefusedLine {
    #[error("the line is empty")]
    Empty,
    #[error("the line is longer than 16 KiB")]
    TooLong,
    #[error("the line is not in the combined format")]
    BadFormat,
    #[error("the line does not start with an IP address")]
    BadIp,
    #[error("the time is not written as 17/May/2015:10:05:03 +0000")]
    BadTime,
    #[error("the request is not a method, a path and a protocol")]
    BadRequest,
    #[error("the request is not a GET")]
    NotGet,
    #[error("the status is not a number from 100 to 599")]
    BadStatus,
}

impl RefusedLine {
    /// All reasons, in the order they are tried.
    pub const ALL: [Self; 8] = [
        Self::Empty,
        Self::TooLong,
        Self::BadFormat,
        Self::BadIp,
        Self::BadTime,
        Self::BadRequest,
        Self::NotGet,
        Self::BadStatus,
    ];

    /// The stable name under which lines are counted.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Empty => "empty",
            Self::TooLong => "too_long",
            Self::BadFormat => "bad_format",
            Self::BadIp => "bad_ip",
            Self::BadTime => "bad_time",
            Self::BadRequest => "bad_request",
            Self::NotGet => "not_get",
            Self::BadStatus => "bad_status",
        }
    }
}

/// Reads a line, with or without its line break. Fields that a server appends to the combined format are
/// ignored. A file may hold bytes that are not UTF-8: convert its lines lossily before.
///
/// # Errors
/// The first reason that applies, when the line is not a `GET` in the combined format.
pub fn parse_line(line: &str) -> Result<ParsedLine<'_>, RefusedLine> {
    let line = line.trim_end_matches(['\r', '\n']);
    if line.trim().is_empty() {
        return Err(RefusedLine::Empty);
    }
    if line.len() > MAX_LINE_BYTES {
        return Err(RefusedLine::TooLong);
    }
    let fields = cut(line).ok_or(RefusedLine::BadFormat)?;
    let ip = fields
        .ip
        .parse::<IpAddr>()
        .map_err(|_| RefusedLine::BadIp)?;
    let time = parse_time(fields.time).ok_or(RefusedLine::BadTime)?;
    let (path, query) = parse_request(fields.request)?;
    Ok(ParsedLine {
        ip: ip.to_canonical(),
        time,
        path,
        query,
        status: parse_status(fields.status).ok_or(RefusedLine::BadStatus)?,
        referer: present(fields.referer),
        user_agent: present(fields.user_agent),
    })
}

struct Fields<'a> {
    ip: &'a str,
    time: &'a str,
    request: &'a str,
    status: &'a str,
    referer: &'a str,
    user_agent: &'a str,
}

/// `ip identity user [time] "request" status bytes "referer" "user agent"`. The user's name may contain spaces,
/// so the time is found by its bracket.
fn cut(line: &str) -> Option<Fields<'_>> {
    let mut scanner = Scanner::new(line);
    let ip = scanner.until(" ")?;
    scanner.until(" ")?;
    scanner.until(" [")?;
    let time = scanner.until("] ")?;
    let request = scanner.quoted()?;
    scanner.expect(" ")?;
    let status = scanner.until(" ")?;
    let bytes = scanner.until(" ")?;
    let referer = scanner.quoted()?;
    scanner.expect(" ")?;
    let user_agent = scanner.quoted()?;
    let numeric = bytes == "-" || (!bytes.is_empty() && bytes.bytes().all(|b| b.is_ascii_digit()));
    let fields = Fields {
        ip,
        time,
        request,
        status,
        referer,
        user_agent,
    };
    (numeric && scanner.is_at_a_border()).then_some(fields)
}

fn parse_time(text: &str) -> Option<DateTime<Utc>> {
    // chrono also takes padding and other widths, which no server writes.
    if text.len() != TIME_CHARS || text.find(' ') != Some(TIME_CHARS - 6) {
        return None;
    }
    let time = DateTime::parse_from_str(text, TIME_FORMAT).ok()?;
    Some(time.with_timezone(&Utc))
}

type Target<'a> = (Cow<'a, str>, Option<Cow<'a, str>>);

/// `GET /path?query HTTP/1.1`. A request without protocol is HTTP/0.9, which no browser speaks.
fn parse_request(request: &str) -> Result<Target<'_>, RefusedLine> {
    let mut words = request.split(' ');
    let (Some(method), Some(target), Some(protocol), None) =
        (words.next(), words.next(), words.next(), words.next())
    else {
        return Err(RefusedLine::BadRequest);
    };
    let is_method =
        !method.is_empty() && method.bytes().all(|b| b.is_ascii_uppercase() || b == b'-');
    if !is_method || !protocol.starts_with("HTTP/") {
        return Err(RefusedLine::BadRequest);
    }
    if method != "GET" {
        return Err(RefusedLine::NotGet);
    }
    let target = origin_form(target).ok_or(RefusedLine::BadRequest)?;
    Ok(match target.split_once('?') {
        Some((path, query)) => (unescape(path), Some(unescape(query))),
        None => (unescape(target), None),
    })
}

/// The path of a target, also of one that names scheme and host, as requests to a proxy do.
fn origin_form(target: &str) -> Option<&str> {
    if target.starts_with('/') {
        return Some(target);
    }
    let (scheme, rest) = target.split_once("://")?;
    let known = scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https");
    known
        .then(|| &rest[rest.find('/').unwrap_or(rest.len())..])
        .filter(|path| !path.is_empty())
}

fn parse_status(text: &str) -> Option<u16> {
    let digits = text.len() == 3 && text.bytes().all(|b| b.is_ascii_digit());
    text.parse()
        .ok()
        .filter(|status| digits && (100..600).contains(status))
}

fn present(field: &str) -> Option<Cow<'_, str>> {
    (!field.is_empty() && field != "-").then(|| unescape(field))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &str = r#"203.0.113.9 - - [17/May/2015:10:05:03 +0200] "GET /l/abc?a=1?b HTTP/1.1" 302 - "https://example.org/" "Mozilla/5.0""#;

    fn refused(line: &str) -> RefusedLine {
        parse_line(line).expect_err(line)
    }

    #[test]
    fn a_get_is_read_with_its_time_in_utc() {
        let line = parse_line(LINE).expect("a line");
        assert_eq!(line.ip, IpAddr::from([203, 0, 113, 9]));
        assert_eq!(line.time.to_rfc3339(), "2015-05-17T08:05:03+00:00");
        assert_eq!(
            (line.path.as_ref(), line.query.as_deref()),
            ("/l/abc", Some("a=1?b"))
        );
        assert_eq!(line.status, 302);
        assert_eq!(line.referer.as_deref(), Some("https://example.org/"));
        assert_eq!(line.user_agent.as_deref(), Some("Mozilla/5.0"));
    }

    #[test]
    fn dashes_and_empty_fields_are_absent() {
        let line = LINE
            .replace("https://example.org/", "-")
            .replace("Mozilla/5.0", "");
        let parsed = parse_line(&line).expect("a line");
        assert_eq!((parsed.referer, parsed.user_agent), (None, None));
    }

    #[test]
    fn quotes_in_a_user_agent_do_not_end_it() {
        let line = LINE.replace("Mozilla/5.0", r#"My \"special\" browser \\"#);
        let parsed = parse_line(&line).expect("a line");
        assert_eq!(
            parsed.user_agent.as_deref(),
            Some(r#"My "special" browser \"#)
        );
    }

    #[test]
    fn users_with_spaces_appended_fields_line_breaks_and_proxy_requests_are_understood() {
        for line in [
            LINE.replace("- - [", "- Ada Lovelace ["),
            format!("{LINE} \"203.0.113.9\" 0.004"),
            format!("{LINE}\r\n"),
            LINE.replace("GET /l/", "GET http://links.example.org/l/"),
            LINE.replace("203.0.113.9", "::ffff:203.0.113.9"),
        ] {
            assert_eq!(parse_line(&line), parse_line(LINE), "{line}");
        }
    }

    #[test]
    fn each_flaw_has_its_reason() {
        for (line, reason) in [
            (String::new(), RefusedLine::Empty),
            (" \r\n".to_owned(), RefusedLine::Empty),
            (
                format!("{LINE} {}", "x".repeat(MAX_LINE_BYTES)),
                RefusedLine::TooLong,
            ),
            ("hello".to_owned(), RefusedLine::BadFormat),
            (LINE[..LINE.len() - 1].to_owned(), RefusedLine::BadFormat),
            (format!("{LINE}x"), RefusedLine::BadFormat),
            (LINE.replace(" - \"", " 1e3 \""), RefusedLine::BadFormat),
            (
                LINE.replace(r#" "Mozilla/5.0""#, ""),
                RefusedLine::BadFormat,
            ),
            (
                LINE.replace("203.0.113.9", "host.example.org"),
                RefusedLine::BadIp,
            ),
            (
                LINE.replace("203.0.113.9", "203.0.113.999"),
                RefusedLine::BadIp,
            ),
            (LINE.replace("May", "Mai"), RefusedLine::BadTime),
            (LINE.replace("17/May", "31/Feb"), RefusedLine::BadTime),
            (LINE.replace(" +0200", ""), RefusedLine::BadTime),
            (LINE.replace("17/May", " 7/May"), RefusedLine::BadTime),
            (
                LINE.replace("GET /l/abc?a=1?b HTTP/1.1", "-"),
                RefusedLine::BadRequest,
            ),
            (
                LINE.replace("GET /l/abc?a=1?b HTTP/1.1", r"\x16\x03\x01"),
                RefusedLine::BadRequest,
            ),
            (
                LINE.replace("GET /l/abc?a=1?b HTTP/1.1", "GET /l/abc"),
                RefusedLine::BadRequest,
            ),
            (
                LINE.replace("GET /l/abc", "GET /l /abc"),
                RefusedLine::BadRequest,
            ),
            (
                LINE.replace("GET /l/abc", "GET l/abc"),
                RefusedLine::BadRequest,
            ),
            (
                LINE.replace("GET /l/abc", "get /l/abc"),
                RefusedLine::BadRequest,
            ),
            (LINE.replace("GET", "HEAD"), RefusedLine::NotGet),
            (LINE.replace("GET", "POST"), RefusedLine::NotGet),
            (LINE.replace(" 302 ", " 99 "), RefusedLine::BadStatus),
            (LINE.replace(" 302 ", " 600 "), RefusedLine::BadStatus),
            (LINE.replace(" 302 ", " +30 "), RefusedLine::BadStatus),
        ] {
            assert_eq!(refused(&line), reason, "{line:.120}");
        }
    }

    #[test]
    fn names_are_distinct() {
        let names: std::collections::BTreeSet<_> = RefusedLine::ALL.map(RefusedLine::as_str).into();
        assert_eq!(names.len(), RefusedLine::ALL.len());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic(line in "\\PC{0,200}", cut in 0..LINE.len(), noise in "[\"\\\\ \\[\\]é]{1,4}") {
            let _: Result<ParsedLine<'_>, _> = parse_line(&line);
            let mut broken = LINE.to_owned();
            broken.insert_str(cut, &noise);
            let _: Result<ParsedLine<'_>, _> = parse_line(&broken);
        }
    }
}

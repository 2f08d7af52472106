//! Web addresses: with a scheme, with `www.`, or a bare domain.
//!
//! A bare domain needs a top-level domain in use; where that is a word too (`is`, `me`), it needs a
//! path, a second-level such as `co`, or a word such as "website" before it. Each host is read once.

use std::ops::Range;

use super::confidence::Confidence;
use super::entity::EntityKind;
use super::lexicon::Classes;
use super::page::Page;
use super::scan::Candidate;
use super::text::{COVER, Text};
use super::top_level::{TopLevel, top_level};

const MAX_SCHEME: usize = 12;
const MAX_LABEL: usize = 63;
const MAX_HOST: usize = 253;
/// Under these a country sells domains.
const SECOND_LEVEL: [&str; 7] = ["com", "co", "org", "net", "ac", "edu", "gov"];

/// What programmers call things that are named like a host: runtimes, libraries, packages of code.
const TECHNOLOGIES: &str = "asp.net ado.net vb.net ml.net json.net java.io java.net kotlin.io scala.io system.io \
     system.net std.io std.net tokio.io tokio.net socket.io engine.io tf.io";

pub(super) fn find(page: &Page<'_>, found: &mut Vec<Candidate>) {
    if !page.features.dots && !page.features.colons {
        return;
    }
    let text = page.text;
    let mut index = 0;
    while let Some(sign) = text.find_from(index, |char| matches!(char, '.' | ':')) {
        let address = match text.at(sign) {
            Some(':') => with_scheme(text, sign, index),
            _ => bare(page, sign, index),
        };
        match address {
            Reading::Found(range, confidence) => {
                index = range.end;
                found.push(Candidate::new(EntityKind::Url, range, confidence));
            }
            Reading::None { read_to } => index = read_to.max(sign + 1),
        }
    }
}

enum Reading {
    Found(Range<usize>, Confidence),
    /// Nothing starts before this.
    None {
        read_to: usize,
    },
}

/// `https://…` with its colon at `colon`.
fn with_scheme(text: &Text, colon: usize, from: usize) -> Reading {
    let start = text.skip_back(colon, MAX_SCHEME.min(colon - from), |char| {
        char.is_ascii_alphanumeric() || char == '+'
    });
    let host = colon + "://".len();
    let has_slashes = text.at(colon + 1) == Some('/') && text.at(colon + 2) == Some('/');
    let begins = |char: char| char.is_alphanumeric() || matches!(char, '[' | COVER);
    let none = Reading::None { read_to: colon + 1 };
    if colon < start + 2 || !has_slashes || !text.at(host).is_some_and(begins) {
        return none;
    }
    let end = path_end(text, host);
    // Something found stands for the whole host.
    if text.all_of(&(host..end)).iter().all(|char| *char == COVER) {
        return none;
    }
    Reading::Found(start..end, Confidence::CERTAIN)
}

/// A domain whose first dot is at `dot`.
fn bare(page: &Page<'_>, dot: usize, from: usize) -> Reading {
    let text = page.text;
    let start = text.skip_back(dot, MAX_LABEL.min(dot - from), is_of_label);
    let start = text.skip(start, dot - start, |char| char == '-');
    let host = read_host(text, start, dot);
    let none = Reading::None {
        read_to: host.read_to,
    };
    let is_part =
        |char: char| char.is_alphanumeric() || matches!(char, '@' | '.' | '_' | '\\' | '-' | '$');
    let Some(end) = host
        .end
        .filter(|_| start < dot && !text.before(start).is_some_and(is_part))
    else {
        return none;
    };
    // The host of an email address is that address's.
    let is_local = |char: char| is_of_label(char) || matches!(char, '_' | '+' | '.');
    if text.at(text.skip(end, MAX_LABEL, is_local)) == Some('@') {
        return none;
    }
    let has_path = matches!(text.at(end), Some('/')) && text.at(end + 1).is_some_and(is_of_path);
    let is_www = dot - start == 3 && text.has_word_at(start, "www");
    let is_sure = has_path || is_www;
    let is_host = host.is_known || is_called_site(page, start);
    if !is_sure && (!is_host || is_technology(text, start..end)) {
        return none;
    }
    let confidence = if is_sure {
        Confidence::CERTAIN
    } else {
        Confidence::LIKELY
    };
    let has_more = matches!(text.at(end), Some('/' | '?' | '#' | ':'));
    let end = if has_more { path_end(text, end) } else { end };
    Reading::Found(start..end, confidence)
}

struct Host {
    /// After the last label that is a top-level domain.
    end: Option<usize>,
    /// Whether its top-level domain is enough to tell.
    is_known: bool,
    read_to: usize,
}

fn read_host(text: &Text, start: usize, dot: usize) -> Host {
    let mut host = Host {
        end: None,
        is_known: false,
        read_to: dot + 1,
    };
    let mut before = label(text, start..dot);
    let is_www = before == "www";
    let mut end = dot;
    while text.at(end) == Some('.') && end - start <= MAX_HOST {
        let next = text.skip(end + 1, MAX_LABEL, is_of_label);
        let range = end + 1..text.skip_back(next, next - end - 1, |char| char == '-');
        if range.is_empty() || text.at(next).is_some_and(is_of_label) {
            break;
        }
        let this = label(text, range.clone());
        let is_second_level = SECOND_LEVEL.contains(&before.as_str());
        // `t.me/lea`; `e.g` is none.
        let has_path = || text.at(next) == Some('/') && text.at(next + 1).is_some_and(is_of_path);
        let is_long = before.chars().count() >= 2 || has_path();
        match top_level(&this) {
            // `tomorrow.De` is the end of one sentence and the start of another.
            _ if is_capitalised_only(text, &range) => {}
            TopLevel::Known if is_long => (host.end, host.is_known) = (Some(range.end), true),
            TopLevel::Ambiguous if is_long => {
                (host.end, host.is_known) = (Some(range.end), is_second_level);
            }
            TopLevel::Unknown if is_www && this.chars().all(char::is_alphabetic) => {
                host.end = Some(range.end);
            }
            _ => {}
        }
        before = this;
        end = next;
    }
    host.read_to = end.max(dot + 1);
    host
}

fn label(text: &Text, range: Range<usize>) -> String {
    text.all_of(&range)
        .iter()
        .flat_map(|char| char.to_lowercase())
        .collect()
}

fn is_capitalised_only(text: &Text, range: &Range<usize>) -> bool {
    let written = text.all_of(range);
    matches!(written, [first, rest @ ..] if first.is_uppercase() && rest.iter().any(|char| char.is_lowercase()))
}

/// `asp.net`, `Socket.IO`: people write about it as about any other thing.
fn is_technology(text: &Text, host: Range<usize>) -> bool {
    let written = label(text, host);
    let mut known = TECHNOLOGIES.split_ascii_whitespace();
    known.any(|name| name == written)
}

/// `my website is …`
fn is_called_site(page: &Page<'_>, start: usize) -> bool {
    let next = page.word_from(start);
    let before = page.words[..next].iter().rev().take(3);
    let mut near =
        before.take_while(|word| start - word.range().end <= 24 && !word.is(Classes::COVERED));
    near.any(|word| word.is(Classes::WEB))
}

fn is_of_label(char: char) -> bool {
    char.is_alphanumeric() || char == '-'
}

fn is_of_path(char: char) -> bool {
    !char.is_whitespace() && !matches!(char, '"' | '<' | '>' | '`' | '{' | '}' | '|' | '\\' | '^')
}

/// The end of an address, less what ends the sentence around it.
fn path_end(text: &Text, from: usize) -> usize {
    let end = text.skip(from, usize::MAX, is_of_path);
    let is_punctuation = |char: char| {
        matches!(
            char,
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' | ')' | ']' | '*' | '_'
        )
    };
    text.skip_back(end, end - from, is_punctuation)
}

#[cfg(test)]
mod tests {
    use crate::pii::tests::{found, nothing_in};

    #[test]
    fn addresses_with_and_without_scheme_are_found() {
        for text in [
            "https://example.org",
            "http://www.ScrapbookInsider.com.pt/",
            "https://example.org:8080/a/b?c=d#e",
            "http://10.0.0.1/x",
            "www.example.museum",
            "example.com",
            "OrthoTraffic.ch",
            "sub.domain.example.co.uk/x",
            "linktr.ee/ada",
            "bit.ly/3abc",
            "ｗｗｗ．ｅｘａｍｐｌｅ．ｃｏｍ",
            "shop.com.my",
            "about.me/ada",
            "t.me/somebody",
            "x.com/ada",
            "discord.gg/abc",
            "instagram.com/x",
        ] {
            assert_eq!(found(&format!("see {text}, ok")), [format!("url:{text}")]);
            assert_eq!(found(&format!("({text}).")), [format!("url:{text}")]);
        }
        assert_eq!(found("My website is joe.is!"), ["url:joe.is"]);
    }

    #[test]
    fn abbreviations_files_and_run_on_sentences_are_none() {
        for text in [
            "e.g. this, i.e. that",
            "at 5 p.m./6 p.m. or a.m/p.m",
            "at 5 p.m. in the U.S. today",
            "notes.txt and main.rs",
            "It rained.It stopped.so we went",
            "See you tomorrow.De rest is fine",
            "node.js",
            "We build web apps with asp.net and Socket.IO, not ADO.NET.",
            "import java.io.File, java.net.URI and System.IO",
            "3.14",
            "a: b:c",
            "http://",
            "...",
        ] {
            nothing_in(text);
        }
    }

    #[test]
    fn what_is_called_like_a_host_is_one_with_more_around_it() {
        for text in [
            "https://socket.io",
            "socket.io/docs",
            "www.asp.net",
            "forums.asp.net",
            "x-asp.net",
        ] {
            assert_eq!(found(text), [format!("url:{text}")]);
        }
    }

    #[test]
    fn an_email_address_in_an_address_is_covered_with_it() {
        assert_eq!(
            found("https://x.example/?e=ann@kid.org&x=1"),
            ["url:https://x.example/?e=ann@kid.org&x=1"]
        );
        assert_eq!(found("joe@example.com"), ["email:joe@example.com"]);
    }
}

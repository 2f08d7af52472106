//! The list of patterns: read, amended, and sorted into plain strings and regular expressions.

use serde::Deserialize;

use super::AgentKind;
use super::amendments::{ADDITIONS, NARROWED, UNFURLERS};

/// The data of the agent classifier can not be used.
#[derive(Debug, thiserror::Error)]
pub enum AgentDataError {
    #[error("the crawler list is not in the format of crawler-user-agents.json")]
    Format(#[from] serde_json::Error),
    #[error("a pattern of the crawler list is not a regular expression of linear time")]
    Pattern(#[from] Box<regex::Error>),
    #[error("the plain strings of the crawler list do not fit into one automaton")]
    Automaton(#[from] aho_corasick::BuildError),
}

/// An entry of the published file; its samples and descriptions are for the tests and for people.
#[derive(Deserialize)]
struct Entry {
    pattern: String,
    #[serde(default)]
    tags: Vec<String>,
}

/// One thing to look for.
pub(super) struct Rule {
    pub(super) find: Find,
    pub(super) kind: AgentKind,
    pub(super) name: String,
    /// Names one program, not a convention of many.
    pub(super) is_particular: bool,
}

/// How to look for it.
pub(super) enum Find {
    Plain(String),
    Expression(String),
}

/// Reads the published list and amends it.
pub(super) fn read(json: &str) -> Result<Vec<Rule>, AgentDataError> {
    let entries: Vec<Entry> = serde_json::from_str(json)?;
    let added = ADDITIONS.iter().map(|addition| Rule {
        find: Find::Expression(format!("(?i){}", addition.pattern)),
        kind: addition.kind,
        name: addition.name.to_owned(),
        is_particular: addition.is_particular,
    });
    Ok(entries.iter().map(published).chain(added).collect())
}

fn published(entry: &Entry) -> Rule {
    let narrowed = NARROWED
        .iter()
        .find(|(pattern, _)| *pattern == entry.pattern);
    let find = match (narrowed, plain(&entry.pattern)) {
        (Some((_, narrower)), _) => Find::Expression((*narrower).to_owned()),
        (None, Some(text)) => Find::Plain(text),
        (None, None) => Find::Expression(entry.pattern.clone()),
    };
    Rule {
        find,
        kind: kind(entry),
        name: readable(&entry.pattern),
        is_particular: true,
    }
}

fn kind(entry: &Entry) -> AgentKind {
    let tagged = |tag: &str| entry.tags.iter().any(|other| other == tag);
    if tagged("social-preview") || UNFURLERS.contains(&entry.pattern.as_str()) {
        AgentKind::Unfurler
    } else if tagged("http-library") || tagged("browser-automation") {
        AgentKind::Tool
    } else {
        AgentKind::Crawler
    }
}

/// The string that a pattern matches, when it matches just one: no operators, and a backslash only before
/// punctuation, where it means the character itself.
fn plain(pattern: &str) -> Option<String> {
    let mut text = String::with_capacity(pattern.len());
    let mut characters = pattern.chars();
    while let Some(c) = characters.next() {
        match c {
            '\\' => text.push(characters.next().filter(char::is_ascii_punctuation)?),
            '.' | '^' | '$' | '*' | '+' | '?' | '(' | ')' | '[' | ']' | '{' | '}' | '|' => {
                return None;
            }
            _ => text.push(c),
        }
    }
    (!text.is_empty()).then_some(text)
}

/// A pattern as people read it: without escapes, anchors and the slash before a version.
fn readable(pattern: &str) -> String {
    pattern
        .replace('\\', "")
        .trim_matches(['^', '$', '/', ' '])
        .to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_is_plain_only_if_it_matches_one_string() {
        assert_eq!(plain("Googlebot\\/").as_deref(), Some("Googlebot/"));
        assert_eq!(plain("Let's Encrypt").as_deref(), Some("Let's Encrypt"));
        assert_eq!(plain("Unshorten\\.It\\!").as_deref(), Some("Unshorten.It!"));
        for expression in [
            "[wW]get",
            "^curl",
            "a.b",
            "\\d",
            "a|b",
            "SSL Labs$",
            "",
            "end\\",
        ] {
            assert_eq!(plain(expression), None, "{expression}");
        }
    }

    #[test]
    fn names_are_readable() {
        assert_eq!(readable("BingPreview\\/"), "BingPreview");
        assert_eq!(readable("^curl"), "curl");
    }

    #[test]
    fn every_amendment_of_the_list_still_has_its_pattern() {
        let entries: Vec<Entry> =
            serde_json::from_str(super::super::classifier::PUBLISHED).expect("the list");
        for amended in NARROWED.iter().map(|(pattern, _)| pattern).chain(UNFURLERS) {
            assert!(
                entries.iter().any(|entry| entry.pattern == *amended),
                "{amended}"
            );
        }
    }
}

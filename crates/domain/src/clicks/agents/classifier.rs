//! The compiled patterns.

use aho_corasick::{AhoCorasick, AhoCorasickKind, MatchKind};
use regex::{RegexSet, RegexSetBuilder};

use super::patterns::{Find, Rule, read};
use super::{Agent, AgentDataError, AgentKind};

/// The list as published, see `data/crawler-user-agents/README.md`.
pub(super) const PUBLISHED: &str =
    include_str!("../../../data/crawler-user-agents/crawler-user-agents.json");

/// Bytes of a user agent that are looked at. The longest sample has a quarter of it, in-app browsers send
/// about 400; the bound keeps the cost of a hit independent of what a client sends.
pub const MAX_USER_AGENT_BYTES: usize = 2048;

/// Memory the expressions may take when compiled, in bytes: several times what the list needs.
const EXPRESSIONS_SIZE_LIMIT: usize = 16 << 20;

/// Classifies user agents. Build it once and share it: it is immutable and takes a few milliseconds to build.
#[derive(Debug)]
pub struct AgentClassifier {
    plain: AhoCorasick,
    plain_labels: Vec<Label>,
    expressions: RegexSet,
    expression_labels: Vec<Label>,
}

#[derive(Debug)]
struct Label {
    kind: AgentKind,
    name: String,
    is_particular: bool,
}

impl AgentClassifier {
    /// Compiles the list that the engine was built with.
    ///
    /// # Errors
    /// When the committed list is broken, which the tests of this crate would have shown.
    pub fn new() -> Result<Self, AgentDataError> {
        Self::from_json(PUBLISHED)
    }

    /// Compiles another edition of `crawler-user-agents.json`.
    ///
    /// # Errors
    /// When it is not in that format, or a pattern is not a regular expression of linear time.
    pub fn from_json(json: &str) -> Result<Self, AgentDataError> {
        let (mut strings, mut plain_labels) = (Vec::new(), Vec::new());
        let (mut patterns, mut expression_labels) = (Vec::new(), Vec::new());
        for Rule {
            find,
            kind,
            name,
            is_particular,
        } in read(json)?
        {
            let label = Label {
                kind,
                name,
                is_particular,
            };
            match find {
                Find::Plain(text) => {
                    strings.push(text);
                    plain_labels.push(label);
                }
                Find::Expression(pattern) => {
                    patterns.push(pattern);
                    expression_labels.push(label);
                }
            }
        }
        let plain = AhoCorasick::builder()
            .match_kind(MatchKind::Standard)
            .kind(Some(AhoCorasickKind::ContiguousNFA))
            .build(strings)?;
        let expressions = RegexSetBuilder::new(patterns)
            .size_limit(EXPRESSIONS_SIZE_LIMIT)
            .build()
            .map_err(Box::new)?;
        Ok(Self {
            plain,
            plain_labels,
            expressions,
            expression_labels,
        })
    }

    /// Classifies a user agent, given as sent. Access logs write a missing one as `-`.
    #[must_use]
    pub fn classify(&self, user_agent: &str) -> Agent<'_> {
        let user_agent = user_agent.trim();
        if user_agent.is_empty() || user_agent == "-" {
            return Agent {
                kind: AgentKind::Missing,
                name: None,
            };
        }
        let read = &user_agent[..user_agent.floor_char_boundary(MAX_USER_AGENT_BYTES)];
        match self.matches(read).max_by_key(|label| rank(label)) {
            Some(label) => Agent {
                kind: label.kind,
                name: Some(&label.name),
            },
            None => Agent {
                kind: AgentKind::Browser,
                name: None,
            },
        }
    }

    fn matches<'a>(&'a self, user_agent: &str) -> impl Iterator<Item = &'a Label> {
        let plain = self.plain.find_overlapping_iter(user_agent);
        let expressions = self.expressions.matches(user_agent);
        plain
            .filter_map(|found| self.plain_labels.get(found.pattern().as_usize()))
            .chain(
                expressions
                    .into_iter()
                    .filter_map(|index| self.expression_labels.get(index)),
            )
    }
}

/// Which of several matches names the agent: an unfurler before anything else, since some of them list the
/// crawlers they imitate, then a program before a convention, then the longest name, which is the most particular
/// one.
fn rank(label: &Label) -> (bool, bool, usize) {
    let is_unfurler = label.kind == AgentKind::Unfurler;
    (is_unfurler, label.is_particular, label.name.len())
}

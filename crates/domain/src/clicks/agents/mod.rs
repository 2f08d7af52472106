//! Telling programs from people by the user agent they declare.
//!
//! The patterns are those of the npm package crawler-user-agents, compiled in from
//! `data/crawler-user-agents/`, plus the few in [`amendments`]. Nearly all of them are plain strings: those go
//! into one Aho-Corasick automaton, the rest into one regular-expression set, so a classification reads the user
//! agent twice, whatever the number of patterns. Both run in linear time; nothing backtracks.
//!
//! A program that sends a browser's user agent is not found here. That is what the fraud guardrails are for.

mod amendments;
mod classifier;
mod patterns;

pub use classifier::AgentClassifier;
pub use patterns::AgentDataError;

/// What kind of program sent a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum AgentKind {
    /// A browser, as far as it says, also inside an app: a person.
    Browser,
    /// Fetches links to show or check them for people: chat and social previews, mail scanners.
    Unfurler,
    /// Visits pages on its own: search engines, monitors, archives, security scanners.
    Crawler,
    /// An HTTP library or an automated browser.
    Tool,
    /// No user agent at all.
    Missing,
}

impl AgentKind {
    /// The stable name.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Browser => "browser",
            Self::Unfurler => "unfurler",
            Self::Crawler => "crawler",
            Self::Tool => "tool",
            Self::Missing => "missing",
        }
    }
}

/// The answer for one user agent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Agent<'a> {
    pub kind: AgentKind,
    /// The pattern that told, in readable form; absent for browsers and missing user agents.
    pub name: Option<&'a str>,
}

//! What is wrong with the configuration. All of it is reported at once: whoever starts the engine wants to
//! repair it in one go.

use std::fmt;
use std::path::Path;

use super::key::Key;
use super::table;

/// One thing that is wrong, as a sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem(String);

/// A name closer than this is offered as what was meant (Jaro-Winkler, 0 to 1).
const SIMILAR: f64 = 0.85;

impl Problem {
    /// A value that its key can not have. Secrets are not quoted.
    pub(super) fn value(key: &Key, text: &str, reason: Option<&str>) -> Self {
        let shown = if key.secret {
            "***".to_owned()
        } else {
            format!("{text:?}")
        };
        let reason = reason.map_or_else(String::new, |reason| format!(" ({reason})"));
        Self(format!(
            "{}={shown}: must be {}{reason}",
            key.name,
            key.kind.range()
        ))
    }

    /// A secret that must be given.
    pub(super) fn missing(key: &Key) -> Self {
        let range = key.kind.range();
        Self(format!(
            "{} is missing: with DATABASE_URL every secret must be given; it must be {range}",
            key.name
        ))
    }

    /// A rule between keys.
    pub(super) fn rule(text: impl Into<String>) -> Self {
        Self(text.into())
    }

    /// A file that can not be read.
    pub(super) fn file(path: &Path, reason: impl fmt::Display) -> Self {
        Self(format!("{}: {reason}", path.display()))
    }

    /// A key in a file that nobody knows.
    pub(super) fn unknown_key(path: &Path, name: &str) -> Self {
        let upper = name.to_uppercase();
        let similar = table::keys()
            .map(|key| (strsim::jaro_winkler(&upper, key.name), key.name))
            .filter(|(similarity, _)| *similarity >= SIMILAR)
            .max_by(|a, b| a.0.total_cmp(&b.0));
        let hint = similar.map_or_else(String::new, |(_, key)| format!(": did you mean {key}?"));
        Self(format!("{}: unknown key {name:?}{hint}", path.display()))
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The configuration can not be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ConfigError {
    /// Everything that is wrong; never empty.
    pub problems: Vec<Problem>,
}

impl ConfigError {
    /// What turned out to be wrong when what is stored was looked at.
    pub fn of_stored(reason: impl fmt::Display) -> Self {
        Self {
            problems: vec![Problem(reason.to_string())],
        }
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the configuration can not be used")?;
        self.problems
            .iter()
            .try_for_each(|problem| write!(f, "\n  {problem}"))
    }
}

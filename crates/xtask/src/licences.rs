//! Every dependency must be free to use: its licence expression must be satisfied by the licences that
//! `deny.toml` allows, and none may be on its list of banned crates.
//!
//! The file is cargo-deny's own, which reads more out of it; this check needs nothing installed.

use std::collections::BTreeSet;
use std::fs;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::shell::{answer_of, cargo, workspace_root};

/// Checks every crate in the lock file and answers how many there are.
pub fn check() -> Result<usize> {
    let policy = Policy::read()?;
    let mut metadata = cargo();
    metadata
        .args(["metadata", "--locked", "--format-version", "1"])
        .current_dir(workspace_root()?);
    let metadata: Value = serde_json::from_str(&answer_of(&mut metadata)?)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo names no packages")?;
    let faults: Vec<String> = packages
        .iter()
        .filter_map(|package| policy.fault(package))
        .collect();
    if !faults.is_empty() {
        bail!("{}", faults.join("\n"));
    }
    Ok(packages.len())
}

struct Policy {
    allowed: BTreeSet<String>,
    banned: BTreeSet<String>,
}

impl Policy {
    fn read() -> Result<Self> {
        let text =
            fs::read_to_string(workspace_root()?.join("deny.toml")).context("read deny.toml")?;
        let file: toml::Table = text.parse().context("read deny.toml")?;
        let list = |section: &str, name: &str| file.get(section)?.get(name)?.as_array();
        let allowed = list("licenses", "allow").context("deny.toml allows no licences")?;
        let banned = list("bans", "deny").context("deny.toml bans no crates")?;
        Ok(Self {
            allowed: allowed
                .iter()
                .filter_map(|name| Some(name.as_str()?.to_owned()))
                .collect(),
            banned: banned
                .iter()
                .filter_map(|entry| Some(entry.get("crate")?.as_str()?.to_owned()))
                .collect(),
        })
    }

    fn fault(&self, package: &Value) -> Option<String> {
        let name = package["name"].as_str()?;
        if self.banned.contains(name) {
            return Some(format!("{name} is banned by deny.toml"));
        }
        let Some(expression) = package["license"].as_str() else {
            return Some(format!("{name} names no licence"));
        };
        let satisfied = Expression::new(expression).satisfied_by(&self.allowed);
        (!satisfied)
            .then(|| format!("{name} is under {expression}, which deny.toml does not allow"))
    }
}

/// An SPDX licence expression: `WITH` binds tightest, then `AND`, then `OR`. The slash of older crates means `OR`.
struct Expression {
    tokens: Vec<String>,
    position: usize,
}

impl Expression {
    fn new(text: &str) -> Self {
        let spaced = text
            .replace('(', " ( ")
            .replace(')', " ) ")
            .replace('/', " OR ");
        Self {
            tokens: spaced.split_whitespace().map(str::to_owned).collect(),
            position: 0,
        }
    }

    /// Whether the allowed licences suffice. An expression that can not be read is not satisfied.
    fn satisfied_by(mut self, allowed: &BTreeSet<String>) -> bool {
        let satisfied = self.any(allowed) == Some(true);
        satisfied && self.position == self.tokens.len()
    }

    fn any(&mut self, allowed: &BTreeSet<String>) -> Option<bool> {
        let mut satisfied = self.all(allowed)?;
        while self.accept("OR") {
            satisfied |= self.all(allowed)?;
        }
        Some(satisfied)
    }

    fn all(&mut self, allowed: &BTreeSet<String>) -> Option<bool> {
        let mut satisfied = self.one(allowed)?;
        while self.accept("AND") {
            satisfied &= self.one(allowed)?;
        }
        Some(satisfied)
    }

    fn one(&mut self, allowed: &BTreeSet<String>) -> Option<bool> {
        if self.accept("(") {
            let satisfied = self.any(allowed)?;
            return self.accept(")").then_some(satisfied);
        }
        let mut name = self.next()?;
        if self.accept("WITH") {
            name = format!("{name} WITH {}", self.next()?);
        }
        Some(allowed.contains(&name))
    }

    fn accept(&mut self, token: &str) -> bool {
        let found = self
            .tokens
            .get(self.position)
            .is_some_and(|next| next == token);
        self.position += usize::from(found);
        found
    }

    fn next(&mut self) -> Option<String> {
        let token = self.tokens.get(self.position).cloned()?;
        self.position += 1;
        Some(token)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn satisfied(expression: &str) -> bool {
        let allowed = [
            "MIT",
            "Apache-2.0",
            "Apache-2.0 WITH LLVM-exception",
            "Unicode-3.0",
        ];
        Expression::new(expression).satisfied_by(&allowed.map(str::to_owned).into())
    }

    #[test]
    fn one_allowed_alternative_is_enough() {
        assert!(satisfied("MIT"));
        assert!(satisfied("MIT OR LGPL-2.1-or-later"));
        assert!(satisfied("GPL-3.0/MIT"));
        assert!(!satisfied("GPL-3.0-only OR AGPL-3.0-only"));
    }

    #[test]
    fn what_is_joined_by_and_must_all_be_allowed() {
        assert!(satisfied("(MIT OR GPL-3.0-only) AND Unicode-3.0"));
        assert!(!satisfied("MIT AND GPL-3.0-only"));
        assert!(!satisfied("(MIT OR Apache-2.0) AND GPL-3.0-only"));
    }

    #[test]
    fn an_exception_is_part_of_its_licence() {
        assert!(satisfied("Apache-2.0 WITH LLVM-exception"));
        assert!(!satisfied("MIT WITH LLVM-exception"));
    }

    #[test]
    fn what_can_not_be_read_is_not_allowed() {
        for broken in ["", "MIT MIT", "(MIT", "MIT)", "MIT OR", "OR MIT"] {
            assert!(!satisfied(broken), "{broken}");
        }
    }
}

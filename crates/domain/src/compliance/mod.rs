//! What the COPPA rule asks of an operator (16 CFR 312.4 to 312.8 and 312.10, as amended on 22 April 2025), clause by clause:
//! which tests show that the software does its part, and what stays a human duty.
//!
//! A test fails for a test that is named here and does not exist. `docs/compliance.md` is written from this table. It helps
//! an operator to comply; it is no legal advice, and the wording of the clauses is ours.

mod clauses;
mod text;

pub use clauses::CLAUSES;
pub use text::markdown;

/// The version of the rule that the clauses are those of.
pub const RULE: &str = "16 CFR 312, as amended at 90 FR 16977 (22 April 2025)";

/// A clause of the rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Clause {
    /// As it is cited within title 16.
    pub id: &'static str,
    /// What it asks for, in our words.
    pub asks: &'static str,
    /// Tests that show the software's part: `file::name`, the file as it lies in the repository.
    pub tests: &'static [&'static str],
    /// What people have to do.
    pub human_duty: Option<&'static str>,
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_clause_is_covered_by_tests_or_people_and_stands_once() {
        let mut seen = BTreeSet::new();
        for clause in CLAUSES {
            assert!(seen.insert(clause.id), "{} stands twice", clause.id);
            let is_covered = !clause.tests.is_empty() || clause.human_duty.is_some();
            assert!(is_covered, "{} is covered by nobody", clause.id);
        }
    }

    #[test]
    fn every_section_that_asks_something_is_there() {
        for section in ["312.4", "312.5", "312.6", "312.7", "312.8", "312.10"] {
            let is_there = |clause: &Clause| clause.id.starts_with(section);
            assert!(CLAUSES.iter().any(is_there), "{section}");
        }
    }
}

//! The compliance report for readers.

use std::fmt::Write as _;

use super::{CLAUSES, RULE};

/// `docs/compliance.md`.
#[must_use]
pub fn markdown() -> String {
    let mut text = format!(
        "# Compliance report\n\n\
         Each clause of {RULE}, sections 312.4 to 312.8 and 312.10, in our words: the tests that show the software's part, and \
         what stays a human duty. Written by `cargo xtask compliance` from `crates/domain/src/compliance`; do not edit. \
         It helps to comply and is no legal advice. What to do with it is told in the [compliance guide](compliance-guide.md).\n\n\
         | clause | asks for | tests | human duty |\n|---|---|---|---|\n"
    );
    for clause in CLAUSES {
        let tests: Vec<String> = clause
            .tests
            .iter()
            .map(|test| format!("`{test}`"))
            .collect();
        // Writing to a text does not fail.
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} |",
            clause.id,
            clause.asks,
            tests.join("<br>"),
            clause.human_duty.unwrap_or_default(),
        );
    }
    text
}

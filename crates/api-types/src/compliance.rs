//! The compliance report.

use serde::{Deserialize, Serialize};

/// What the COPPA rule asks, clause by clause, and who sees to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceReport {
    /// The version of the rule.
    pub rule: String,
    /// Its clauses, in their order.
    pub clauses: Vec<ComplianceClause>,
}

/// A clause of the rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ComplianceClause {
    /// As it is cited within title 16.
    pub id: String,
    /// What it asks for, in our words.
    pub asks: String,
    /// Tests of this version that show the software's part: file and name.
    pub tests: Vec<String>,
    /// What people have to do; null where nothing is left to them.
    pub human_duty: Option<String>,
}

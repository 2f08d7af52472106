//! For how long what is held on people is kept.

use serde::{Deserialize, Serialize};

/// All rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionList {
    /// The rules.
    pub items: Vec<RetentionRule>,
}

/// A rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RetentionRule {
    /// Its name, also in `RETENTION_DAYS`.
    #[cfg_attr(feature = "openapi", schema(example = "sessions"))]
    pub name: String,
    /// Days that are kept.
    pub days: u32,
    /// What it is about, and from when days are counted.
    pub what: String,
    /// The same in German, as guardians read it.
    pub what_de: String,
}

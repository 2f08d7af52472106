//! Blocked devices and networks: their hits are rejected.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::BlockId;

/// What is blocked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum BlockEntity {
    /// A device fingerprint, as shown in tables.
    Device,
    /// A truncated network (/24 or /48), as shown in tables.
    Network,
}

/// Body of `create_block`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateBlock {
    /// What is blocked.
    pub entity: BlockEntity,
    /// The fingerprint or network.
    #[validate(length(
        min = 1,
        max = 128,
        message = "Give a fingerprint or a network such as 203.0.113.0/24."
    ))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "203.0.113.0/24", min_length = 1, max_length = 128)
    )]
    pub value: String,
    /// Why.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 3, max = 500, message = "Say why in 3 to 500 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Click farm",
            min_length = 3,
            max_length = 500,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub reason: String,
    /// Days until it ends, 1 to 365; absent for never.
    #[validate(range(min = 1, max = 365, message = "Give 1 to 365 days, or leave it out."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 365))]
    pub expires_in_days: Option<u32>,
}

/// A blocked device or network.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Block {
    /// Its id.
    pub id: BlockId,
    /// What is blocked.
    pub entity: BlockEntity,
    /// The fingerprint or network.
    pub value: String,
    /// Why.
    pub reason: String,
    /// Email of the operator who blocked it; null for an API key.
    pub created_by: Option<String>,
    /// When.
    pub created_at: DateTime<Utc>,
    /// When it ends.
    pub expires_at: Option<DateTime<Utc>>,
}

//! Activities: what users do on the platform. Retention is counted from them.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use validator::Validate;

use crate::ActivityId;

/// Body of `create_activity`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateActivity {
    /// External id of the user.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub user: String,
    /// What the user did, for example `session`, `practice` or `sign_in`; a slug.
    #[validate(length(min = 1, max = 64, message = "Give a slug of 1 to 64 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "practice",
            min_length = 1,
            max_length = 64,
            pattern = "^[a-z0-9][a-z0-9_-]*$"
        )
    )]
    pub kind: String,
    /// When; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub at: Option<DateTime<Utc>>,
    /// Anything else, at most 4 KiB of JSON; personal information in it is redacted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub properties: Option<Map<String, Value>>,
}

/// An activity as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Activity {
    /// Its id.
    pub id: ActivityId,
    /// External id of the user.
    pub user: String,
    /// What the user did.
    pub kind: String,
    /// When.
    pub at: DateTime<Utc>,
    /// Anything else, without personal information.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub properties: Option<Value>,
}

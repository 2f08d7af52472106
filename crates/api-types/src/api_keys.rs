//! API keys: how a platform's backend signs in.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::ApiKeyId;

/// An API key without its secret.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ApiKey {
    /// Its id.
    pub id: ApiKeyId,
    /// What it is for.
    pub name: String,
    /// First characters of the key, to recognise it by.
    pub prefix: String,
    /// What it may do: names of permissions, or `*` for everything a key may do.
    pub scopes: Vec<String>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it ends by itself; null for never.
    pub expires_at: Option<DateTime<Utc>>,
    /// Last use, to the minute.
    pub last_used_at: Option<DateTime<Utc>>,
    /// When it was revoked (rotation sets it ahead, so that both keys work meanwhile).
    pub revoked_at: Option<DateTime<Utc>>,
}

/// Body of `create_api_key`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateApiKey {
    /// What it is for.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a name of 1 to 100 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Platform backend",
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub name: String,
    /// What it may do: names of permissions, or `*`.
    #[validate(length(min = 1, max = 50, message = "Give at least one scope."))]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::Scope>, example = json!(["links:write", "events:write"]), min_items = 1, max_items = 50))]
    pub scopes: Vec<String>,
    /// Days until it ends, 1 to 3650; absent for never.
    #[validate(range(min = 1, max = 3650, message = "Give 1 to 3650 days, or leave it out."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 3650))]
    pub expires_in_days: Option<u32>,
}

/// Body of `rotate_api_key`.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct RotateApiKey {
    /// Hours in which the old key still works, 0 to 168; default 24.
    #[validate(range(max = 168, message = "Give 0 to 168 hours."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 168))]
    pub overlap_hours: Option<u32>,
}

/// A new API key, with its secret, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct CreatedApiKey {
    /// The key's record.
    pub api_key: ApiKey,
    /// The key itself, `ve_live_…`. It is stored hashed and can not be shown again.
    pub secret: String,
}

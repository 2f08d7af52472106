//! Inputs of the guardrails beside events: what the platform has already done.
//!
//! They are never refused for their content or for missing consent; they are scanned when taken in, the
//! finding is kept, the value is stored redacted.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::{OptOutId, ParentShareId, ProgressReelId, StudySessionId};

/// Most items in one bulk call.
pub const BULK_MAX: usize = 1_000;
/// Most participants or invited users of one study session.
pub const PARTICIPANTS_MAX: usize = 500;

/// Body of `create_parent_share`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateParentShare {
    /// External id of the parent it was shown to.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub parent: String,
    /// External id of the student it is about.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub student: String,
    /// What was shared, any JSON, at most 16 KiB.
    #[serde(default)]
    pub share_data: Value,
    /// When; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub shared_at: Option<DateTime<Utc>>,
}

/// A parent share as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ParentShare {
    /// Its id.
    pub id: ParentShareId,
    /// External id of the parent.
    pub parent: String,
    /// External id of the student.
    pub student: String,
    /// What was shared, redacted.
    pub share_data: Value,
    /// When.
    pub shared_at: DateTime<Utc>,
    /// First view.
    pub viewed_at: Option<DateTime<Utc>>,
    /// Views.
    pub view_count: i64,
    /// Number of findings of personal information.
    pub violations: usize,
}

/// Body of `create_progress_reel`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateProgressReel {
    /// External id of the student it is about.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub student: String,
    /// What was shown, any JSON, at most 16 KiB.
    #[serde(default)]
    pub reel_data: Value,
    /// When; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub created_at: Option<DateTime<Utc>>,
}

/// A progress reel as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ProgressReel {
    /// Its id.
    pub id: ProgressReelId,
    /// External id of the student.
    pub student: String,
    /// What was shown, redacted.
    pub reel_data: Value,
    /// When.
    pub created_at: DateTime<Utc>,
    /// Number of findings of personal information.
    pub violations: usize,
}

/// Body of `create_study_session`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateStudySession {
    /// External id of the host.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub host: String,
    /// External ids of those who took part, at most 500.
    #[validate(length(max = 500, message = "Give at most 500 participants."))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::ExternalId>, max_items = 500))]
    pub participants: Vec<String>,
    /// External ids of those who were invited, at most 500.
    #[validate(length(max = 500, message = "Give at most 500 invited users."))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::ExternalId>, max_items = 500))]
    pub invited: Vec<String>,
    /// When it started; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub started_at: Option<DateTime<Utc>>,
}

/// A study session as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct StudySession {
    /// Its id.
    pub id: StudySessionId,
    /// External id of the host.
    pub host: String,
    /// External ids of those who took part, each once.
    pub participants: Vec<String>,
    /// External ids of those who were invited, each once.
    pub invited: Vec<String>,
    /// When it started.
    pub started_at: DateTime<Utc>,
}

/// Body of `create_opt_out`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOptOut {
    /// External id of the user.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub user: String,
    /// What the user does not want any more, for example `email` or `invites`; a slug.
    #[validate(length(min = 1, max = 64, message = "Give a slug of 1 to 64 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "invites",
            min_length = 1,
            max_length = 64,
            pattern = "^[a-z0-9][a-z0-9_-]*$"
        )
    )]
    pub scope: String,
    /// When; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub at: Option<DateTime<Utc>>,
}

/// An explicit opt-out as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OptOut {
    /// Its id.
    pub id: OptOutId,
    /// External id of the user.
    pub user: String,
    /// What the user does not want any more.
    pub scope: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Body of the bulk calls of this area.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkItems {
    /// 1 to 1,000 items of the single call's shape; each succeeds or fails on its own.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<Object>, min_items = 1, max_items = 1000))]
    pub items: Vec<Value>,
}

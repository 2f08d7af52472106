//! Achievements: what students earned on the platform.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::AchievementId;

/// Body of `create_achievement`. A student earns one of a kind once at a time: reporting it again changes its name at
/// most.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateAchievement {
    /// External id of the student.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub student: String,
    /// The platform's kind of achievement; a slug.
    #[validate(length(min = 1, max = 64, message = "Give a slug of 1 to 64 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "ten_sessions",
            min_length = 1,
            max_length = 64,
            pattern = "^[a-z0-9][a-z0-9_-]*$"
        )
    )]
    pub kind: String,
    /// What people read, for example `Ten sessions`. Personal information in it is redacted.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a name of 1 to 100 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Ten sessions",
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub name: String,
    /// When; default now.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub earned_at: Option<DateTime<Utc>>,
}

/// An achievement as stored.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Achievement {
    /// Its id.
    pub id: AchievementId,
    /// External id of the student.
    pub student: String,
    /// The platform's kind of achievement.
    pub kind: String,
    /// What people read, redacted.
    pub name: String,
    /// When.
    pub earned_at: DateTime<Utc>,
    /// Findings of personal information, which were redacted.
    pub violations: i32,
    /// When it was reported first.
    pub created_at: DateTime<Utc>,
}

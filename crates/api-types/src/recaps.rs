//! The parents' weekly recaps: what a child did in a week.

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::{EmailId, JobId, RecapId};

/// Body of `create_recaps`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({"week": "2026-03-09"})))]
pub struct CreateRecaps {
    /// The Monday with which the week begins. The week must be over.
    #[serde(deserialize_with = "crate::times::required_date")]
    #[cfg_attr(feature = "openapi", schema(example = "2026-03-09"))]
    pub week: NaiveDate,
    /// External id of the parent; all parents when absent.
    #[validate(custom(function = "crate::external_id::check"))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::ExternalId>))]
    pub parent: Option<String>,
    /// Whether to send mail to the parents who have none of this week yet; true when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub send: Option<bool>,
}

/// That recaps will be generated.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RecapGeneration {
    /// The job that does it; its progress counts parents.
    pub job_id: JobId,
    /// The Monday with which the week begins.
    pub week: NaiveDate,
}

/// What a child did in a week, for a parent.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Recap {
    /// Its id.
    pub id: RecapId,
    /// External id of the parent.
    pub parent: String,
    /// External id of the child.
    pub child: String,
    /// Monday.
    pub week: NaiveDate,
    /// Sunday, included.
    pub week_end: NaiveDate,
    /// The parent's time zone, whose days these are.
    #[cfg_attr(feature = "openapi", schema(example = "Europe/Berlin"))]
    pub time_zone: String,
    /// Tutoring sessions that started in the week, at least 1.
    pub sessions: i32,
    /// Minutes of all of them.
    pub minutes: i32,
    /// Subjects, most minutes first.
    pub subjects: Vec<String>,
    /// Skills, in the order in which they were practised, at most 20.
    pub skills: Vec<String>,
    /// Mean of the ratings, with two decimals; null when no session was rated.
    pub average_rating: Option<f64>,
    /// Mean improvement in percentage points, with two decimals; null when none was reported.
    pub improvement: Option<f64>,
    /// Days in a row with a session, of the longest run that reached into the week; at most 366.
    pub streak_days: i32,
    /// Achievements of the week, at most 20.
    pub achievements: Vec<String>,
    /// What went well, latest sessions first, at most 10.
    pub highlights: Vec<String>,
    /// What to do next, latest sessions first, at most 10.
    pub next_steps: Vec<String>,
    /// The message in which it was sent last; null when it was not.
    pub email_id: Option<EmailId>,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// When it was computed last: sessions that came late change it.
    pub updated_at: DateTime<Utc>,
}

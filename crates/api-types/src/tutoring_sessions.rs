//! Tutoring sessions: a tutor teaches a student. Not to be mixed up with the sessions in which operators are signed in,
//! nor with study sessions, in which students meet each other.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::TutoringSessionId;

/// Longest session, in minutes.
pub const MINUTES_MAX: u32 = 24 * 60;
/// Most skills of a session.
pub const SKILLS_MAX: usize = 20;
/// Most highlights, and most next steps, of a session.
pub const NOTES_MAX: usize = 10;
/// Longest name of a skill, in characters.
pub const SKILL_CHARS: usize = 100;
/// Longest highlight or next step, in characters.
pub const NOTE_CHARS: usize = 300;

/// Body of `create_tutoring_session`. Personal information in its texts is redacted before they are stored.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
#[cfg_attr(feature = "openapi", schema(example = json!({
    "external_id": "session-1", "tutor": "tutor-1", "student": "student-1", "subject": "Mathematics",
    "started_at": "2026-03-11T15:00:00Z", "duration_minutes": 45, "rating": 5, "skills": ["Fractions"]
})))]
pub struct CreateTutoringSession {
    /// The platform's own id of the session. Reporting it again replaces what was reported before.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub external_id: String,
    /// External id of the tutor.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub tutor: String,
    /// External id of the student.
    #[validate(custom(function = "crate::external_id::check"))]
    #[cfg_attr(feature = "openapi", schema(value_type = crate::openapi::ExternalId))]
    pub student: String,
    /// Subject, for example `Mathematics`.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a subject of 1 to 100 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub subject: String,
    /// Topic within the subject.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 200, message = "Give a topic of 1 to 200 characters.")
    )]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 200,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub topic: Option<String>,
    /// When it started.
    #[serde(deserialize_with = "crate::times::required")]
    pub started_at: DateTime<Utc>,
    /// When it ended; from the duration when absent.
    #[serde(
        default,
        deserialize_with = "crate::times::optional",
        skip_serializing_if = "Option::is_none"
    )]
    pub ended_at: Option<DateTime<Utc>>,
    /// Minutes it took; from the times when absent. One of `ended_at` and `duration_minutes` is needed, and both must
    /// agree to the minute.
    #[validate(range(max = 1440, message = "Give 0 to 1440 minutes."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(maximum = 1440))]
    pub duration_minutes: Option<u32>,
    /// The student's rating, 1 to 5.
    #[validate(range(min = 1, max = 5, message = "Give a rating of 1 to 5."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub rating: Option<u8>,
    /// What the student said of it.
    #[validate(length(max = 2000, message = "Give at most 2000 characters."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(max_length = 2000))]
    pub feedback: Option<String>,
    /// Skills that were practised, at most 20 of at most 100 characters.
    #[validate(length(max = 20, message = "Give at most 20 skills."))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::Skill>, max_items = 20))]
    pub skills: Vec<String>,
    /// How much the student improved by the platform's own measure, in percentage points, -100 to 100.
    #[validate(range(min = -100.0, max = 100.0, message = "Give -100 to 100."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(minimum = -100, maximum = 100))]
    pub improvement: Option<f64>,
    /// What went well, for the parent: at most 10 of at most 300 characters.
    #[validate(length(max = 10, message = "Give at most 10 highlights."))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::Note>, max_items = 10))]
    pub highlights: Vec<String>,
    /// What to do next, for the parent: at most 10 of at most 300 characters.
    #[validate(length(max = 10, message = "Give at most 10 next steps."))]
    #[serde(default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<crate::openapi::Note>, max_items = 10))]
    pub next_steps: Vec<String>,
}

/// A tutoring session as stored.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct TutoringSession {
    /// Our id.
    pub id: TutoringSessionId,
    /// The platform's own id.
    pub external_id: String,
    /// External id of the tutor.
    pub tutor: String,
    /// External id of the student.
    pub student: String,
    /// Subject.
    pub subject: String,
    /// Topic within the subject.
    pub topic: Option<String>,
    /// When it started.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Minutes it took.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1440))]
    pub duration_minutes: i32,
    /// The student's rating.
    #[cfg_attr(feature = "openapi", schema(minimum = 1, maximum = 5))]
    pub rating: Option<i16>,
    /// What the student said of it, redacted.
    pub feedback: Option<String>,
    /// Skills that were practised.
    pub skills: Vec<String>,
    /// How much the student improved, in percentage points.
    pub improvement: Option<f64>,
    /// What went well.
    pub highlights: Vec<String>,
    /// What to do next.
    pub next_steps: Vec<String>,
    /// Findings of personal information, which were redacted.
    pub violations: i32,
    /// When it was reported first.
    pub created_at: DateTime<Utc>,
    /// When it was reported last.
    pub updated_at: DateTime<Utc>,
}

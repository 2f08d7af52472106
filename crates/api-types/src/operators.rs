//! Operators: people who sign in to the admin app.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::OperatorId;
use crate::alerts::Severity;
use crate::permissions::Role;

/// Whether an operator can sign in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum OperatorStatus {
    /// Has a setup link, has not chosen a password.
    Invited,
    /// Can sign in.
    Active,
    /// Can not sign in; all sessions ended.
    Disabled,
}

/// Which alerts are mailed to an operator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum AlertEmails {
    /// None.
    Off,
    /// Those of severity medium and graver.
    Medium,
    /// Those of severity high and graver.
    High,
    /// Critical ones alone.
    Critical,
}

impl AlertEmails {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Off, Self::Medium, Self::High, Self::Critical];

    /// What a new operator of this role gets until they choose: somebody must hear of grave alerts.
    pub fn of_new(role: Role) -> Self {
        match role {
            Role::Admin => Self::High,
            Role::Safety | Role::Analyst | Role::Viewer => Self::Off,
        }
    }

    /// The word as sent and stored.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Off => "off",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// Parses the word as sent and stored.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|one| one.as_str() == text)
    }

    /// Whether alerts of this severity are among them.
    pub fn include(self, severity: Severity) -> bool {
        match self {
            Self::Off => false,
            Self::Medium => severity >= Severity::Medium,
            Self::High => severity >= Severity::High,
            Self::Critical => severity >= Severity::Critical,
        }
    }
}

/// A person who signs in to the admin app.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Operator {
    /// Its id.
    pub id: OperatorId,
    /// Address to sign in with.
    pub email: String,
    /// Display name.
    pub name: String,
    /// What the operator may do.
    pub role: Role,
    /// Whether the operator can sign in.
    pub status: OperatorStatus,
    /// Which alerts are mailed to the operator.
    pub alert_emails: AlertEmails,
    /// When the operator was invited.
    pub created_at: DateTime<Utc>,
    /// Last successful sign-in.
    pub last_sign_in_at: Option<DateTime<Utc>>,
    /// Grows with each change of name, role or state; also the ETag.
    pub version: i64,
}

/// Body of `create_operator`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateOperator {
    /// Address to sign in with.
    #[validate(length(
        min = 3,
        max = 254,
        message = "Give an email address of at most 254 characters."
    ))]
    #[cfg_attr(feature = "openapi", schema(example = "grace@example.org", min_length = 3, max_length = 254, format = Email))]
    pub email: String,
    /// Display name.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a name of 1 to 100 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Grace",
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub name: String,
    /// What the operator may do.
    pub role: Role,
}

/// Body of `update_operator`; absent fields stay as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateOperator {
    /// Display name.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a name of 1 to 100 characters.")
    )]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub name: Option<String>,
    /// New role.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// True to end all sessions and refuse sign-in, false to allow it again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<bool>,
}

/// An operator and the one-time link to set a password with, shown once.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct OperatorInvitation {
    /// The operator.
    pub operator: Operator,
    /// One-time link; its secret is behind `#`, so that it reaches no server log.
    pub setup_url: String,
    /// When the link ends.
    pub expires_at: DateTime<Utc>,
}

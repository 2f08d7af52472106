//! Signing in, sessions and first-admin set-up.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::SessionId;
use crate::operators::{AlertEmails, Operator};
use crate::permissions::Permission;

/// Shortest password accepted, in characters.
pub const PASSWORD_MIN: u64 = 12;
/// Longest password accepted, in characters.
pub const PASSWORD_MAX: u64 = 128;

/// Header that must repeat the CSRF token on every write from a browser session.
pub const CSRF_HEADER: &str = "x-csrf-token";

/// Body of `login`.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct Login {
    /// The operator's email address.
    #[validate(length(min = 3, max = 254, message = "Give your email address."))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "ada@example.org", min_length = 3, max_length = 254)
    )]
    pub email: String,
    /// The operator's password.
    #[validate(length(
        min = 1,
        max = 128,
        message = "Give your password, at most 128 characters."
    ))]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "correct horse battery staple",
            min_length = 1,
            max_length = 128
        )
    )]
    pub password: String,
}

/// Who is signed in. Tokens are in httpOnly cookies, never in this body.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Me {
    /// The operator.
    pub operator: Operator,
    /// What the operator may do.
    pub permissions: Vec<Permission>,
    /// Repeat in `X-CSRF-Token` on every write.
    pub csrf_token: String,
    /// This browser's session.
    pub session_id: SessionId,
    /// When the access token must have been refreshed.
    pub access_expires_at: DateTime<Utc>,
}

/// Body of `update_me`. Absent fields stay as they are.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpdateMe {
    /// Which alerts to mail to the operator who asks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "critical"))]
    pub alert_emails: Option<AlertEmails>,
}

/// One signed-in browser.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Session {
    /// Its id.
    pub id: SessionId,
    /// Whether it is the one that asks.
    pub current: bool,
    /// Browser and system as far as the user agent tells, for example `Firefox on Linux`.
    pub user_agent: String,
    /// Truncated network it was last used from (/24 or /48).
    pub ip_prefix: Option<String>,
    /// Sign-in.
    pub created_at: DateTime<Utc>,
    /// Last refresh.
    pub last_used_at: DateTime<Utc>,
    /// When it ends by itself.
    pub expires_at: DateTime<Utc>,
}

/// All sessions of the operator who asks.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SessionList {
    /// Newest first.
    pub items: Vec<Session>,
}

/// Body of `change_password`.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct ChangePassword {
    /// The password until now.
    #[validate(length(min = 1, max = 128, message = "Give your current password."))]
    #[cfg_attr(feature = "openapi", schema(min_length = 1, max_length = 128))]
    pub current_password: String,
    /// The new password.
    #[validate(length(
        min = 12,
        max = 128,
        message = "Choose a password of 12 to 128 characters."
    ))]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub new_password: String,
}

/// Body of `complete_setup`: what the person behind a one-time setup link chooses.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CompleteSetup {
    /// The token of the one-time link (its part after `#`).
    #[validate(length(
        min = 20,
        max = 100,
        message = "The link is incomplete: open it again, whole."
    ))]
    #[cfg_attr(feature = "openapi", schema(min_length = 20, max_length = 100))]
    pub token: String,
    /// Display name.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a name of 1 to 100 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub name: String,
    /// Email address to sign in with; only the first admin chooses it, others have theirs already.
    #[validate(length(min = 3, max = 254, message = "Give an email address."))]
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(min_length = 3, max_length = 254, format = Email))]
    pub email: Option<String>,
    /// The password.
    #[validate(length(
        min = 12,
        max = 128,
        message = "Choose a password of 12 to 128 characters."
    ))]
    #[cfg_attr(feature = "openapi", schema(min_length = 12, max_length = 128))]
    pub password: String,
}

/// Body of `inspect_setup`.
#[derive(Clone, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct InspectSetup {
    /// The token of the one-time link.
    #[validate(length(
        min = 20,
        max = 100,
        message = "The link is incomplete: open it again, whole."
    ))]
    #[cfg_attr(feature = "openapi", schema(min_length = 20, max_length = 100))]
    pub token: String,
}

/// What a setup link is for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct SetupInfo {
    /// The email address it belongs to; null when the first admin still chooses one.
    pub email: Option<String>,
    /// When the link ends.
    pub expires_at: DateTime<Utc>,
}

//! Notices: what guardians are told before they consent, in versions that do not change once published.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::emails::EmailLocale;

/// Longest notice, in characters.
pub const BODY_MAX: usize = 50_000;

/// The words of a notice in a language.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct NoticeText {
    /// Language.
    pub locale: EmailLocale,
    /// Markdown. HTML in it is shown as text.
    #[validate(length(min = 1, max = 50000, message = "Give 1 to 50,000 characters."))]
    #[cfg_attr(
        feature = "openapi",
        schema(min_length = 1, max_length = 50000, example = "# What we ask you")
    )]
    pub body: String,
}

/// The words of a notice as they are shown.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ShownNoticeText {
    /// Language.
    pub locale: EmailLocale,
    /// Markdown, as written.
    pub body: String,
    /// HTML, as guardians see it.
    pub html: String,
    /// SHA-256 of that, in hexadecimal: what proves a consent holds it.
    #[cfg_attr(feature = "openapi", schema(min_length = 64, max_length = 64))]
    pub sha256: String,
}

/// A version of the notice.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Notice {
    /// 1, 2, 3, …
    #[cfg_attr(feature = "openapi", schema(minimum = 1, example = 1))]
    pub number: i32,
    /// Whether consents to earlier versions do not cover this one.
    pub is_material: bool,
    /// Since when guardians see it; null for the draft.
    pub published_at: Option<DateTime<Utc>>,
    /// Its words.
    pub texts: Vec<ShownNoticeText>,
    /// When it was begun.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Changes so far, also its ETag.
    pub version: i64,
}

/// All versions.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeList {
    /// The newest first.
    pub items: Vec<Notice>,
}

/// What a first draft begins with.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct NoticeTemplate {
    /// The words in each language. What is in double brackets only the operator knows.
    pub texts: Vec<NoticeText>,
}

/// Body of `write_notice`: the whole draft.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct WriteNotice {
    /// Whether consents to earlier versions do not cover this one: guardians are then asked again.
    pub is_material: bool,
    /// Its words in every language.
    #[validate(
        nested,
        length(min = 1, max = 2, message = "Give the words in English and in German.")
    )]
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 2))]
    pub texts: Vec<NoticeText>,
}

//! Users: people on the platform, known by the platform's own `external_id`.

use std::collections::BTreeMap;

use chrono::{DateTime, NaiveDate, Utc};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use validator::Validate;

use crate::UserId;

/// Most users in one bulk call.
pub const BULK_MAX: usize = 1_000;

/// Part a user plays on the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Persona {
    /// Learns.
    Student,
    /// Guardian of a student.
    Parent,
    /// Teaches.
    Tutor,
}

impl Persona {
    /// All personas.
    pub const ALL: [Self; 3] = [Self::Student, Self::Parent, Self::Tutor];

    /// The persona as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Parent => "parent",
            Self::Tutor => "tutor",
        }
    }

    /// Parses the persona as sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|persona| persona.as_str() == text)
    }
}

/// Age band; no birth date is stored. `unknown` is treated as a child.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub enum AgeBand {
    /// Under 13.
    #[serde(rename = "under_13")]
    Under13,
    /// 13 to 15.
    #[serde(rename = "13_to_15")]
    From13To15,
    /// 16 or 17.
    #[serde(rename = "16_17")]
    From16To17,
    /// 18 or older.
    #[serde(rename = "adult")]
    Adult,
    /// Not known.
    #[serde(rename = "unknown")]
    Unknown,
}

impl AgeBand {
    /// All bands.
    pub const ALL: [Self; 5] = [
        Self::Under13,
        Self::From13To15,
        Self::From16To17,
        Self::Adult,
        Self::Unknown,
    ];

    /// The band as sent.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Under13 => "under_13",
            Self::From13To15 => "13_to_15",
            Self::From16To17 => "16_17",
            Self::Adult => "adult",
            Self::Unknown => "unknown",
        }
    }

    /// Parses the band as sent.
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|band| band.as_str() == text)
    }

    /// A child is under 13 or of unknown age.
    pub fn is_child(self) -> bool {
        matches!(self, Self::Under13 | Self::Unknown)
    }
}

/// Tells a field that is null (`Some(None)`: clear it) from one that is absent (`None`: leave it).
fn nullable<'de, D, T>(deserializer: D) -> Result<Option<Option<T>>, D::Error>
where
    D: serde::Deserializer<'de>,
    T: Deserialize<'de>,
{
    Option::deserialize(deserializer).map(Some)
}

/// Body of `upsert_user`: absent fields stay as they are, null clears.
#[derive(Clone, Debug, Default, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct UpsertUser {
    /// Part the user plays; required when the user is new.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Persona>))]
    pub persona: Option<Option<Persona>>,
    /// Age band; `unknown` when a new user comes without, and when it is cleared.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<AgeBand>))]
    pub age_band: Option<Option<AgeBand>>,
    /// Last day of the calendar quarter in which the band ends, rounded up.
    #[serde(
        default,
        deserialize_with = "crate::times::nullable_date",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<NaiveDate>))]
    pub band_until: Option<Option<NaiveDate>>,
    /// When the user signed up on the platform.
    #[serde(
        default,
        deserialize_with = "crate::times::nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<DateTime<Utc>>))]
    pub signed_up_at: Option<Option<DateTime<Utc>>>,
    /// External id of the guardian (a `parent`).
    #[validate(custom(function = "crate::external_id::check"))]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::ExternalId>))]
    pub guardian: Option<Option<String>>,
    /// Institution (school) slug.
    #[validate(length(min = 1, max = 100, message = "Give a slug of 1 to 100 characters."))]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "^[a-z0-9][a-z0-9_-]*$"))]
    pub institution: Option<Option<String>>,
    /// Cohort label of the platform, without personal information.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a label of 1 to 100 characters.")
    )]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"))]
    pub cohort: Option<Option<String>>,
    /// Grade, for example `7`, without personal information.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 20, message = "Give a grade of 1 to 20 characters.")
    )]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 20, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"))]
    pub grade: Option<Option<String>>,
    /// Full name. Encrypted at rest.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 200, message = "Give a name of 1 to 200 characters.")
    )]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 200, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"))]
    pub name: Option<Option<String>>,
    /// Email address. Encrypted at rest.
    #[validate(length(
        min = 3,
        max = 254,
        message = "Give an email address of at most 254 characters."
    ))]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 3, max_length = 254, format = Email))]
    pub email: Option<Option<String>>,
    /// Phone number. Encrypted at rest.
    #[validate(length(
        min = 3,
        max = 40,
        message = "Give a phone number of 3 to 40 characters."
    ))]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 3, max_length = 40, example = "+49 30 123456", pattern = "^[ +().-]*([0-9][ +().-]*){5,15}$"))]
    pub phone: Option<Option<String>>,
    /// Handle on the platform. Encrypted at rest.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a handle of 1 to 100 characters.")
    )]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 100, pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"))]
    pub handle: Option<Option<String>>,
    /// Language tag, for example `en-GB`.
    #[validate(length(
        min = 2,
        max = 35,
        message = "Give a language tag such as en or en-GB."
    ))]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 2, max_length = 35, pattern = "^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$"))]
    pub locale: Option<Option<String>>,
    /// IANA time zone, for example `Europe/Berlin`.
    #[validate(length(
        min = 1,
        max = 64,
        message = "Give an IANA time zone such as Europe/Berlin."
    ))]
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, min_length = 1, max_length = 64))]
    pub time_zone: Option<Option<String>>,
    /// Whether a parent wants the weekly recap by mail; true for new users, and when it is cleared.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<bool>))]
    pub weekly_recap: Option<Option<bool>>,
    /// The platform's preferences of this user, at most 4 KiB. Personal information in them is redacted.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Object>))]
    pub preferences: Option<Option<serde_json::Map<String, Value>>>,
    /// Signals such as `verified_email`; merged into those known.
    #[serde(
        default,
        deserialize_with = "nullable",
        skip_serializing_if = "Option::is_none"
    )]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::Signals>))]
    pub signals: Option<Option<BTreeMap<String, bool>>>,
}

/// One user of a bulk call.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub struct BulkUser {
    /// The platform's own id of the user, 1 to 200 characters.
    pub external_id: String,
    /// The fields to set.
    #[serde(flatten)]
    pub user: UpsertUser,
}

// The derive macro would make it `allOf` two schemas, of which one refuses the other's fields.
#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for BulkUser {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::RefOr;
        use utoipa::openapi::schema::Schema;
        let mut schema = UpsertUser::schema();
        if let RefOr::T(Schema::Object(user)) = &mut schema {
            user.description = Some("One user of a bulk call.".to_owned());
            user.required.push("external_id".to_owned());
            user.properties.insert(
                "external_id".to_owned(),
                crate::openapi::ExternalId::schema(),
            );
        }
        schema
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for BulkUser {
    fn schemas(
        schemas: &mut Vec<(
            String,
            utoipa::openapi::RefOr<utoipa::openapi::schema::Schema>,
        )>,
    ) {
        <UpsertUser as utoipa::ToSchema>::schemas(schemas);
    }
}

/// Body of `search_users`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct SearchUsers {
    /// The whole email address; upper and lower case are the same.
    #[validate(length(
        min = 3,
        max = 254,
        message = "Give an email address of at most 254 characters."
    ))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "ada@example.org", min_length = 3, max_length = 254)
    )]
    pub email: String,
}

/// Body of `upsert_users`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct BulkUsers {
    /// 1 to 1,000 users; each succeeds or fails on its own.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<BulkUser>, min_items = 1, max_items = 1000))]
    pub users: Vec<Value>,
}

/// A user; personal fields only for callers with `users:read_personal`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct User {
    /// Our id.
    pub id: UserId,
    /// The platform's own id.
    pub external_id: String,
    /// Part the user plays; null for a user only known from events, and when it was cleared.
    pub persona: Option<Persona>,
    /// Age band.
    pub age_band: AgeBand,
    /// Last day on which the band is known to hold.
    pub band_until: Option<NaiveDate>,
    /// When the user signed up on the platform.
    pub signed_up_at: Option<DateTime<Utc>>,
    /// External id of the guardian.
    pub guardian: Option<String>,
    /// Institution slug.
    pub institution: Option<String>,
    /// Cohort label.
    pub cohort: Option<String>,
    /// Grade.
    pub grade: Option<String>,
    /// Personal fields; null when the caller may not read them.
    pub personal: Option<PersonalFields>,
    /// Language tag.
    pub locale: Option<String>,
    /// IANA time zone.
    pub time_zone: Option<String>,
    /// Whether a parent wants the weekly recap by mail.
    pub weekly_recap: bool,
    /// The platform's preferences of this user.
    #[cfg_attr(feature = "openapi", schema(value_type = Object))]
    pub preferences: serde_json::Map<String, Value>,
    /// Signals such as `verified_email`.
    pub signals: BTreeMap<String, bool>,
    /// First seen.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
    /// Grows with each change; also the ETag.
    pub version: i64,
}

/// What identifies a person. Encrypted at rest.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PersonalFields {
    /// Full name.
    pub name: Option<String>,
    /// Email address.
    pub email: Option<String>,
    /// Phone number.
    pub phone: Option<String>,
    /// Handle.
    pub handle: Option<String>,
}

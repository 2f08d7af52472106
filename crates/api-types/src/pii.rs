//! Personal information in texts and JSON: where it is and of which kind, never the information.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// Most items of a call.
pub const MOST_ITEMS: usize = 1_000;
/// Most bytes of a text, or of a document as compact JSON.
pub const MOST_BYTES: usize = 1024 * 1024;

/// Body of `scan_pii` and `redact_pii`.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PiiItems {
    /// 1 to 1,000 texts or documents.
    #[cfg_attr(feature = "openapi", schema(min_items = 1, max_items = 1000))]
    pub items: Vec<PiiItem>,
    /// External id of the user whose own data is to be found too: name, handle, institution, their own and their
    /// guardian's address and number, however they are spelt.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<crate::openapi::ExternalId>))]
    pub subject: Option<String>,
}

/// A text or a document.
#[derive(Clone, Debug, Deserialize, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct PiiItem {
    /// The caller's name for it, 1 to 200 characters.
    #[cfg_attr(
        feature = "openapi",
        schema(example = "message-17", min_length = 1, max_length = 200)
    )]
    pub id: String,
    /// A text, at most 1 MiB; either this or `json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(example = "My mail is ada@example.org"))]
    pub text: Option<String>,
    /// Any JSON but `null`, at most 1 MiB; either this or `text`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Value>, example = json!(null)))]
    pub json: Option<Value>,
}

/// What was found is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum PiiType {
    /// Email address.
    Email,
    /// Phone number.
    Phone,
    /// US social security number.
    Ssn,
    /// Payment card number.
    Card,
    /// IP address.
    Ip,
    /// Web address or domain.
    Url,
    /// Name of a person.
    Name,
    /// Postal address, or a geolocation under a key that names one.
    Address,
    /// Date of birth.
    Dob,
    /// Name on a network.
    Handle,
    /// School, with a grade beside it.
    School,
    /// Under a key of a document that names one, only.
    Password,
}

/// Where something personal is.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PiiFinding {
    /// What it is.
    #[serde(rename = "type")]
    pub kind: PiiType,
    /// Unicode scalar values from the start of the text as sent.
    pub start: usize,
    /// Exclusive.
    pub end: usize,
    /// In a document, a JSON pointer to the value; personal information in keys is redacted in it. Deeper than 512
    /// characters, its ancestor's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub path: Option<String>,
    /// Whether it is in the key that the path ends with, and not in its value; absent when not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub in_key: bool,
    /// 0 to 1: how much the evidence says.
    #[cfg_attr(feature = "openapi", schema(minimum = 0, maximum = 1, example = 0.99))]
    pub confidence: f64,
}

/// Answer of `scan_pii`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PiiScan {
    /// One an item, in the same order.
    pub items: Vec<ScannedItem>,
}

/// What is in an item.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct ScannedItem {
    /// The caller's name for it.
    pub id: String,
    /// In the order of the text; never the values.
    pub findings: Vec<PiiFinding>,
}

/// Answer of `redact_pii`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct PiiRedaction {
    /// One an item, in the same order.
    pub items: Vec<RedactedItem>,
}

/// An item with placeholders such as `[EMAIL]`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RedactedItem {
    /// The caller's name for it.
    pub id: String,
    /// What was found in the item as sent.
    pub findings: Vec<PiiFinding>,
    /// The redacted text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The redacted document.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<Value>))]
    pub json: Option<Value>,
}

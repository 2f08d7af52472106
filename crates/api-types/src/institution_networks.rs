//! Networks of institutions: many identical school laptops behind one address are no fraud.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use validator::Validate;

use crate::InstitutionNetworkId;

/// Body of `create_institution_network`.
#[derive(Clone, Debug, Deserialize, Serialize, Validate)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(deny_unknown_fields)]
pub struct CreateInstitutionNetwork {
    /// A network, /8 to /24 for IPv4, /16 to /48 for IPv6.
    #[validate(length(min = 4, max = 50, message = "Give a network such as 203.0.113.0/24."))]
    #[cfg_attr(
        feature = "openapi",
        schema(example = "203.0.113.0/24", min_length = 4, max_length = 50)
    )]
    pub network: String,
    /// Whose it is.
    #[validate(
        custom(function = "crate::one_line::check"),
        length(min = 1, max = 100, message = "Give a name of 1 to 100 characters.")
    )]
    #[cfg_attr(
        feature = "openapi",
        schema(
            example = "Lincoln Middle School",
            min_length = 1,
            max_length = 100,
            pattern = "^[^\\u0000-\\u001f\\u007f-\\u009f\\u2028-\\u202e\\u2066-\\u2069]*$"
        )
    )]
    pub name: String,
}

/// A network marked as an institution's.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct InstitutionNetwork {
    /// Its id.
    pub id: InstitutionNetworkId,
    /// The network.
    pub network: String,
    /// Whose it is.
    pub name: String,
    /// When it was marked.
    pub created_at: DateTime<Utc>,
}

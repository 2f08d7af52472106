//! Errors as RFC 9457 `application/problem+json` with stable codes.

use serde::{Deserialize, Serialize};

/// Media type of every error answer.
pub const PROBLEM_JSON: &str = "application/problem+json";

/// What went wrong, for people (`title`, `detail`) and for programs (`code`, `errors`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Problem {
    /// URI reference of the code's documentation, `/docs/errors#<code>`.
    #[serde(rename = "type")]
    pub problem_type: String,
    /// Short summary of the code, the same for every occurrence.
    pub title: String,
    /// HTTP status.
    pub status: u16,
    /// What is wrong this time and what to do.
    pub detail: String,
    /// Path of the request.
    pub instance: String,
    /// Stable code.
    pub code: ErrorCode,
    /// The fields at fault, when the body or query is.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<FieldError>,
    /// Id of the request, to be named when asking for help.
    pub request_id: String,
}

/// One field at fault.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct FieldError {
    /// JSON pointer into the body (`/links/3/target_url`), or `?name` for a query parameter.
    pub pointer: String,
    /// Stable code of this field's fault, snake_case.
    pub code: String,
    /// What to do.
    pub detail: String,
}

impl FieldError {
    /// A fault of the field at `pointer`.
    pub fn new(
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self {
            pointer: pointer.into(),
            code: code.into(),
            detail: detail.into(),
        }
    }
}

macro_rules! error_codes {
    ($($(#[$doc:meta])* $variant:ident = ($code:literal, $status:literal, $title:literal),)+) => {
        /// Stable error codes; a client may match on them.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
        pub enum ErrorCode {
            $($(#[$doc])* #[serde(rename = $code)] $variant,)+
        }

        impl ErrorCode {
            /// Every code, for the documentation.
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The code as sent.
            pub fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $code,)+ }
            }

            /// The HTTP status that goes with the code.
            pub fn status(self) -> u16 {
                match self { $(Self::$variant => $status,)+ }
            }

            /// Summary for people.
            pub fn title(self) -> &'static str {
                match self { $(Self::$variant => $title,)+ }
            }
        }
    };
}

error_codes! {
    /// The body is not JSON, or a field has the wrong type.
    MalformedBody = ("malformed_body", 400, "The body could not be read"),
    /// A query parameter, path parameter or header could not be read.
    MalformedRequest = ("malformed_request", 400, "The request could not be read"),
    /// Nobody is signed in, or the key or token is not valid.
    Unauthenticated = ("unauthenticated", 401, "Sign in or send a valid API key"),
    /// Email or password is wrong.
    InvalidCredentials = ("invalid_credentials", 401, "Email or password is wrong"),
    /// The caller may not do this.
    Forbidden = ("forbidden", 403, "Not allowed"),
    /// The Origin header or the CSRF token is missing or wrong.
    CsrfRejected = ("csrf_rejected", 403, "The request did not come from the admin app"),
    /// A guardian's consent is needed first.
    ParentalConsentRequired = ("parental_consent_required", 403, "A guardian's consent is required"),
    /// A guardian was asked and has not answered to the end.
    ConsentPending = ("consent_pending", 403, "A guardian was asked and has not answered to the end"),
    /// The guardian said no.
    ConsentDenied = ("consent_denied", 403, "The guardian does not allow it"),
    /// What a guardian allowed has changed since: ask again.
    ReconsentRequired = ("reconsent_required", 403, "What a guardian allowed has changed since"),
    /// A consent is suspended.
    ConsentSuspended = ("consent_suspended", 403, "The consent is suspended"),
    /// A guardian has taken the consent back.
    ConsentWithdrawn = ("consent_withdrawn", 403, "The guardian has taken the consent back"),
    /// A school has authorised learning, which is not this.
    SchoolScopeOnly = ("school_scope_only", 403, "The school's authorisation covers learning alone"),
    /// An education record of a minor, which no guardian has allowed to go outside.
    FerpaRecord = ("ferpa_record", 403, "Education records of a minor need a guardian's consent"),
    /// The user is erased, or is about to be: nothing is done in the user's name any more.
    UserErased = ("user_erased", 403, "The user is erased"),
    /// No such route or object, or one the caller may not see.
    NotFound = ("not_found", 404, "Not found"),
    /// The route exists, but not with this method.
    MethodNotAllowed = ("method_not_allowed", 405, "Method not allowed"),
    /// None of the accepted media types can be made.
    NotAcceptable = ("not_acceptable", 406, "Not acceptable"),
    /// The object is in a state that does not allow this, or exists already.
    Conflict = ("conflict", 409, "Conflict"),
    /// Dashboards are switched off by their feature flag.
    DashboardOff = ("dashboard_off", 409, "Dashboards are switched off"),
    /// No notice is published, so guardians can not be told what they would allow.
    NoticeMissing = ("notice_missing", 409, "No notice is published"),
    /// Reports are switched off by their feature flag.
    ReportsOff = ("reports_off", 409, "Reports are switched off"),
    /// Email delivery is switched off by its feature flag.
    EmailDeliveryOff = ("email_delivery_off", 409, "Email delivery is switched off"),
    /// The first request with this Idempotency-Key is still running.
    IdempotencyInFlight = ("idempotency_in_flight", 409, "The first request with this Idempotency-Key is still running"),
    /// The If-Match header does not match the object.
    PreconditionFailed = ("precondition_failed", 412, "The object has changed since it was read"),
    /// The body is larger than allowed.
    BodyTooLarge = ("body_too_large", 413, "The body is too large"),
    /// The content type is not one this route reads.
    UnsupportedMediaType = ("unsupported_media_type", 415, "Unsupported content type"),
    /// One or more fields are not valid; see `errors`.
    ValidationFailed = ("validation_failed", 422, "Some fields are not valid"),
    /// The Idempotency-Key was used with another body.
    IdempotencyMismatch = ("idempotency_mismatch", 422, "This Idempotency-Key was used with another request"),
    /// The answer held a secret that is shown once, so it can not be replayed.
    IdempotencyNotReplayable = ("idempotency_not_replayable", 409, "The first answer showed a secret once and is not kept"),
    /// The value contains personal information that may not be stored here.
    PersonalInformation = ("personal_information", 422, "Personal information is not allowed here"),
    /// If-Match is required.
    PreconditionRequired = ("precondition_required", 428, "Send If-Match with the ETag that was read"),
    /// Too many requests.
    RateLimited = ("rate_limited", 429, "Too many requests"),
    /// Something failed on our side.
    Internal = ("internal", 500, "Something failed on our side"),
    /// The service can not answer now (starting, draining, overloaded, or without its database).
    Unavailable = ("unavailable", 503, "Not available at the moment"),
    /// The request took longer than allowed.
    Timeout = ("timeout", 504, "The request took too long"),
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for ErrorCode {
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        let values = Self::ALL.iter().map(|code| code.as_str());
        crate::openapi::text_enum("Stable error code; a client may match on it.", values)
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for ErrorCode {}

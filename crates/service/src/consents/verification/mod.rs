//! Ways for a guardian to show to be the guardian by more than messages: at a hosted provider, or by a signed form that two
//! people look at. Which of them there are is configured; what is not configured is not offered.

mod form;
mod hosted;
mod list;
mod message;
mod review;
mod settle;

use viral_engine_db::consents::{RequestRow, VerificationRow};
use viral_engine_domain::consents::{Method, Scope};

use super::text::TextGateway;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

pub(super) use form::{Sent, erase_forms, printed, store_form};
pub use hosted::{HostedConfig, PROVIDER_METHODS};
pub(super) use hosted::{Started, start};
pub use list::{get_verification, list_verifications};
pub use message::{ProviderHeaders, receive_provider_message};
pub use review::{VerificationForm, get_verification_form, review_verification};
pub(super) use settle::{Outcome, end_verification, is_submitted, settle};

/// Ways to be verified beside messages.
#[derive(Clone, Debug, Default)]
pub struct VerificationConfig {
    /// Whether forms can be signed and sent in, for operators to look at.
    pub manual_review: bool,
    /// A provider that verifies on its own pages.
    pub hosted: Option<HostedConfig>,
    /// What carries text messages.
    pub texts: Option<TextGateway>,
}

/// Most characters of another service's name of something of ours that are kept.
const REFERENCE_MAX: usize = 200;

/// Whether this is a name that another service may give something of ours: printable, and short.
pub(super) fn is_reference(name: &str) -> bool {
    (1..=REFERENCE_MAX).contains(&name.len()) && name.chars().all(|char| char.is_ascii_graphic())
}

/// How the guardian of a request is written to, which is also the simplest way to be verified.
pub(super) fn messages_of(request: &RequestRow) -> Method {
    match request.channel.as_str() {
        "text" => Method::TextPlus,
        _ => Method::EmailPlus,
    }
}

/// The ways that the guardian of a request is offered, the simplest first.
pub(super) fn offered(context: &Context, request: &RequestRow) -> Vec<Method> {
    let config = &context.config.verification;
    let mut offered = vec![messages_of(request)];
    offered.extend(config.hosted.iter().flat_map(|hosted| &hosted.methods));
    offered.extend(config.manual_review.then_some(Method::SignedForm));
    offered
}

/// Whether a guardian can be verified well enough here to allow this.
pub(super) fn is_offered(context: &Context, request: &RequestRow, scope: &Scope) -> bool {
    offered(context, request)
        .iter()
        .any(|method| method.reaches(scope))
}

/// Who verifies.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Provider {
    /// Two operators look at a form.
    ManualReview,
    /// The hosted provider.
    Hosted,
}

impl Provider {
    /// Who verifies by a method; nobody where messages do.
    pub(super) fn of(method: Method) -> Option<Self> {
        match method {
            Method::EmailPlus | Method::TextPlus => None,
            Method::SignedForm => Some(Self::ManualReview),
            _ => Some(Self::Hosted),
        }
    }

    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::ManualReview => "manual_review",
            Self::Hosted => "hosted",
        }
    }
}

/// The method of a stored verification.
fn method(row: &VerificationRow) -> ServiceResult<Method> {
    Method::parse(&row.method).ok_or_else(|| super::row::unknown("method", &row.method))
}

const MISSING: ServiceError = ServiceError::NotFound("verification");

fn missing(error: viral_engine_db::DbError) -> ServiceError {
    match error {
        viral_engine_db::DbError::NotFound => MISSING,
        other => other.into(),
    }
}

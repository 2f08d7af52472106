//! The hosted provider: a verification is started by a request of ours, goes on on the provider's page, and ends with a
//! signed message ([`super::message`]). The provider learns no name and no address: an id of ours, the method, a language,
//! and where to send the guardian back to.

use bytes::Bytes;
use serde::{Deserialize, Serialize};
use url::Url;
use uuid::Uuid;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_domain::consents::Method;
use viral_engine_domain::webhooks::SigningSecret;
use zeroize::Zeroizing;

use super::is_reference;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::webhooks::{Call, SendError};

/// What a hosted provider can be asked for.
pub const PROVIDER_METHODS: [Method; 6] = [
    Method::CardTransaction,
    Method::KnowledgeQuestions,
    Method::IdCheck,
    Method::FaceMatch,
    Method::Video,
    Method::Phone,
];

/// Most bytes of an answer.
const ANSWER_BYTES: usize = 64 * 1024;
/// Most characters of the address of the provider's page.
const PAGE_URL_MAX: usize = 2_000;

/// Where the provider is, and what it shares with us.
#[derive(Clone)]
pub struct HostedConfig {
    /// Where verifications are started.
    pub url: Url,
    /// Sent as bearer token.
    pub key: Zeroizing<String>,
    /// Signs the provider's messages.
    pub webhook_secret: SigningSecret,
    /// What the provider is asked for.
    pub methods: Vec<Method>,
}

impl std::fmt::Debug for HostedConfig {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("HostedConfig")
            .field("methods", &self.methods)
            .finish_non_exhaustive()
    }
}

#[derive(Serialize)]
struct Start {
    id: Uuid,
    method: &'static str,
    locale: &'static str,
    return_url: String,
}

/// A verification that the provider has begun.
#[derive(Clone, Debug, Deserialize)]
pub struct Started {
    /// The provider's name of it.
    #[serde(rename = "id")]
    pub reference: String,
    /// The page on which the guardian goes on.
    pub url: String,
}

/// Why there is no verification. It tells nothing of the address or the answer.
#[derive(Debug, thiserror::Error)]
enum StartError {
    #[error("the provider could not be reached: {0}")]
    Unreachable(#[from] SendError),
    #[error("the provider answered {0}")]
    Refused(u16),
    #[error("the provider's answer is not {{\"id\", \"url\"}} with a page that can be shown")]
    Malformed,
}

/// Asks the provider to begin. The same `id` begins the same verification.
///
/// # Errors
/// [`ServiceError::Unavailable`] when the provider does not begin one; nothing has changed then.
pub async fn start(
    context: &Context,
    id: Uuid,
    method: Method,
    lang: EmailLocale,
) -> ServiceResult<Started> {
    let config = context.config.verification.hosted.as_ref();
    let config = config.ok_or_else(|| {
        ServiceError::Unavailable("there is no provider of verifications".to_owned())
    })?;
    let body = Start {
        id,
        method: method.as_str(),
        locale: lang.as_str(),
        // The guardian's own link is theirs alone: whoever has it can answer for them.
        return_url: format!(
            "{}/c/return?lang={}",
            context.config.public_url,
            lang.as_str()
        ),
    };
    let allows_http = context.config.development;
    let started = ask(context, config, &body).await;
    let started = started.and_then(|started| started.checked(allows_http));
    let outcome = if started.is_ok() { "started" } else { "failed" };
    metrics::counter!("viral_engine_consent_verifications_started_total", "outcome" => outcome)
        .increment(1);
    started.map_err(|error| {
        tracing::warn!(verification = %id, %error, "a verification could not be started");
        ServiceError::Unavailable(error.to_string())
    })
}

async fn ask(
    context: &Context,
    config: &HostedConfig,
    body: &Start,
) -> Result<Started, StartError> {
    let (id, key) = (
        body.id.to_string(),
        Zeroizing::new(format!("Bearer {}", config.key.as_str())),
    );
    let call = Call {
        url: config.url.as_str(),
        content_type: "application/json",
        headers: &[("authorization", key.as_str()), ("idempotency-key", &id)],
        body: Bytes::from(serde_json::to_vec(body).map_err(|_| StartError::Malformed)?),
        answer_bytes: ANSWER_BYTES,
    };
    let (status, answer) = context.provider.call(&call).await?;
    match status {
        200..=299 => serde_json::from_slice(&answer).map_err(|_| StartError::Malformed),
        other => Err(StartError::Refused(other)),
    }
}

impl Started {
    /// What can be stored, and shown as a link.
    fn checked(self, allows_http: bool) -> Result<Self, StartError> {
        let url = Url::parse(&self.url).map_err(|_| StartError::Malformed)?;
        let is_page = url.scheme() == "https" || (allows_http && url.scheme() == "http");
        match is_reference(&self.reference) && is_page && self.url.len() <= PAGE_URL_MAX {
            true => Ok(Self {
                url: url.into(),
                ..self
            }),
            false => Err(StartError::Malformed),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::REFERENCE_MAX;
    use super::*;

    fn is_taken(reference: &str, url: &str) -> bool {
        let started = Started {
            reference: reference.to_owned(),
            url: url.to_owned(),
        };
        started.checked(false).is_ok()
    }

    #[test]
    fn a_page_is_shown_that_is_encrypted_and_nothing_that_runs_script() {
        assert!(is_taken("v-1", "https://provider.example/v/1"));
        for url in [
            "http://provider.example/v/1",
            "javascript:alert(1)",
            "data:text/html,x",
            "/v/1",
            "",
        ] {
            assert!(!is_taken("v-1", url), "{url}");
        }
        let long = format!("https://provider.example/{}", "x".repeat(PAGE_URL_MAX));
        assert!(!is_taken("v-1", &long));
    }

    #[test]
    fn a_providers_name_is_printable_and_short() {
        for name in ["", "a b", "a\n", "ü", &"x".repeat(REFERENCE_MAX + 1)] {
            assert!(!is_taken(name, "https://provider.example/"), "{name}");
        }
    }
}

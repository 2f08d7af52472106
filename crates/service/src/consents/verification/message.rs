//! The hosted provider's messages: signed as Standard Webhooks, believed for five minutes, and each decided upon once.

use diesel_async::AsyncConnection;
use serde::Deserialize;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::consents::ProviderReceipt;
use viral_engine_db::consents::find_verification_by_reference;
use viral_engine_domain::webhooks::verify;

use super::{Outcome, missing, settle};
use crate::caller::Caller;
use crate::consents::change::Deed;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

const DEED: Deed = Deed {
    action: "receive_provider_message",
    locale: "en",
};
/// Most characters of the provider's name of what it did.
const TRANSACTION_MAX: usize = 200;

/// What a message is signed with, as it came.
#[derive(Clone, Debug, Default)]
pub struct ProviderHeaders {
    /// `webhook-id`.
    pub id: String,
    /// `webhook-timestamp`.
    pub timestamp: String,
    /// `webhook-signature`.
    pub signature: String,
}

#[derive(Deserialize)]
struct Message {
    r#type: Kind,
    data: Data,
}

#[derive(Clone, Copy, Deserialize)]
enum Kind {
    #[serde(rename = "verification.verified")]
    Verified,
    #[serde(rename = "verification.failed")]
    Failed,
}

#[derive(Deserialize)]
struct Data {
    id: String,
    #[serde(default)]
    transaction_id: Option<String>,
}

/// Takes note of what the provider found. A verification is decided once: the same message again, or one that comes late,
/// changes nothing and is answered well, so that the provider stops sending it.
///
/// # Errors
/// [`ServiceError::Unauthenticated`] for a message that is not the provider's, or not fresh; [`ServiceError::NotFound`] while
/// the verification is not known; what is not readable.
pub async fn receive_provider_message(
    context: &Context,
    headers: &ProviderHeaders,
    body: &[u8],
) -> ServiceResult<ProviderReceipt> {
    let config = context.config.verification.hosted.as_ref();
    let config = config.ok_or(ServiceError::NotFound("provider"))?;
    let timestamp = headers.timestamp.parse();
    let timestamp = timestamp.map_err(|_| UNSIGNED)?;
    let secrets = std::slice::from_ref(&config.webhook_secret);
    let now = context.now();
    verify(
        secrets,
        &headers.id,
        timestamp,
        body,
        &headers.signature,
        now,
    )
    .map_err(|_| UNSIGNED)?;
    let message: Message = serde_json::from_slice(body).map_err(|_| unreadable())?;
    let transaction = message.data.transaction_id.as_deref();
    let outcome = match (message.r#type, transaction) {
        (Kind::Verified, Some(transaction)) if is_transaction(transaction) => Outcome::Verified {
            transaction: format!("hosted/{transaction}"),
        },
        // It is the proof of the consent.
        (Kind::Verified, _) => return Err(unreadable()),
        (Kind::Failed, _) => Outcome::Failed,
    };
    let mut conn = context.connection().await?;
    let known = find_verification_by_reference(&mut conn, &message.data.id);
    let id = known.await.map_err(missing)?.id;
    let is_applied = conn
        .transaction(async |conn| settle(conn, context, &Caller::system(), DEED, id, outcome).await)
        .await?;
    drop(conn);
    // What the platform asks for next knows of it.
    context.consents.refresh(context).await?;
    Ok(ProviderReceipt {
        applied: is_applied,
    })
}

fn is_transaction(text: &str) -> bool {
    (1..=TRANSACTION_MAX).contains(&text.chars().count()) && !text.contains(char::is_control)
}

const UNSIGNED: ServiceError = ServiceError::Unauthenticated(
    "the message is not signed with the shared secret, or more than five minutes old",
);

fn unreadable() -> ServiceError {
    let detail = "Send {\"type\": \"verification.verified\" or \"verification.failed\", \"data\": {\"id\", \
                  \"transaction_id\"}}; ids have 1 to 200 characters, none of control.";
    ServiceError::BadRequest(FieldError::new("", "malformed_message", detail))
}

//! The hosted provider's messages: signed as Standard Webhooks, believed for five minutes, and each decided upon once.

use diesel_async::AsyncConnection;
use serde::Deserialize;
use viral_engine_api_types::FieldError;
use viral_engine_api_types::consents::ProviderReceipt;
use viral_engine_db::consents::find_verification_by_reference;
use viral_engine_domain::consents::{TRANSACTION_ID_MAX, is_transaction_id};
use viral_engine_domain::webhooks::verify;

use super::{Outcome, REFERENCE_MAX, is_reference, missing, settle};
use crate::caller::Caller;
use crate::consents::change::Deed;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};

const DEED: Deed = Deed {
    action: "receive_provider_message",
    locale: "en",
};

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
/// the verification is not known; [`ServiceError::BadRequest`], by its field, for what will never be taken.
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
    // Another one was not taken when the verification began, so nothing is known by it.
    if !is_reference(&message.data.id) {
        return Err(not_a_reference());
    }
    let transaction = message.data.transaction_id.as_deref();
    let outcome = match (message.r#type, transaction) {
        (Kind::Verified, Some(transaction)) if is_transaction_id(transaction) => {
            Outcome::Verified {
                transaction: format!("hosted/{transaction}"),
            }
        }
        // It is the proof of the consent.
        (Kind::Verified, _) => return Err(not_a_transaction()),
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

const UNSIGNED: ServiceError = ServiceError::Unauthenticated(
    "the message is not signed with the shared secret, or more than five minutes old",
);

fn unreadable() -> ServiceError {
    let detail = "Send {\"type\": \"verification.verified\" or \"verification.failed\", \"data\": {\"id\", \
                  \"transaction_id\"}}.";
    ServiceError::BadRequest(FieldError::new("", "malformed_message", detail))
}

fn not_a_reference() -> ServiceError {
    let detail = format!(
        "Send as data.id the id that the verification began with: 1 to {REFERENCE_MAX} printable characters of ASCII \
         without spaces. The same message will be refused again."
    );
    ServiceError::BadRequest(FieldError::new("/data/id", "malformed_id", detail))
}

fn not_a_transaction() -> ServiceError {
    let detail = format!(
        "Send as data.transaction_id an opaque reference: 1 to {TRANSACTION_ID_MAX} ASCII letters, digits and any of \
         . _ : / -, at least one letter or digit. The same message will be refused again."
    );
    ServiceError::BadRequest(FieldError::new(
        "/data/transaction_id",
        "malformed_transaction_id",
        detail,
    ))
}

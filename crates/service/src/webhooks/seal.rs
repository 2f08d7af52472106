//! Secrets of receivers at rest: they sign, so they must be read again and can not be hashed. Sealed as personal fields
//! are, and they follow their key when it is replaced.

use diesel_async::AsyncConnection;
use uuid::Uuid;
use viral_engine_db::webhooks::{lock_endpoints, save_endpoint};
use viral_engine_domain::webhooks::SigningSecret;
use zeroize::Zeroizing;

use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::secret::random_bytes;
use crate::users::{Field, PersonalKeys};

/// Seals a secret of a receiver with the current key.
pub(super) fn seal(
    keys: &PersonalKeys,
    endpoint: Uuid,
    secret: &SigningSecret,
) -> ServiceResult<Vec<u8>> {
    keys.encrypt(endpoint, Field::WebhookSecret, &secret.expose())
}

/// Opens a secret of a receiver.
pub(super) fn open(
    keys: &PersonalKeys,
    endpoint: Uuid,
    stored: &[u8],
) -> ServiceResult<SigningSecret> {
    let text = Zeroizing::new(keys.decrypt(endpoint, Field::WebhookSecret, stored)?);
    SigningSecret::parse(&text)
        .map_err(|_| ServiceError::Internal(format!("the secret of webhook {endpoint} is none")))
}

/// A new secret of 256 random bits.
pub(super) fn new_secret() -> ServiceResult<SigningSecret> {
    let bytes = Zeroizing::new(random_bytes::<32>()?);
    SigningSecret::new(bytes.as_slice()).map_err(|error| ServiceError::Internal(error.to_string()))
}

/// Seals every secret with the current key that is not yet.
///
/// # Errors
/// When the database refuses, or a secret was sealed with a key that is not configured.
pub(crate) async fn reseal_webhook_secrets(
    context: &Context,
    keys: &PersonalKeys,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        for mut row in lock_endpoints(conn).await? {
            let previous = row.previous_secret.as_deref();
            if keys.is_current(&row.secret)? && previous.map_or(Ok(true), |s| keys.is_current(s))? {
                continue;
            }
            let again = |stored: &[u8]| seal(keys, row.id, &open(keys, row.id, stored)?);
            let previous = previous.map(again).transpose()?;
            row.secret = again(&row.secret)?;
            row.previous_secret = previous;
            save_endpoint(conn, &row).await?;
        }
        Ok(())
    })
    .await
}

//! Which master keys the personal data of the installation was made with. With another one nothing could be read, and what is
//! written would be unreadable for whoever has the right one: so that is noticed before anything is served.

use diesel_async::{AsyncConnection, AsyncPgConnection};
use uuid::Uuid;
use viral_engine_db::locks::{Lock, lock};
use viral_engine_db::system::{SealedSample, find_fact, sealed_samples, set_fact};
use viral_engine_domain::mac::{MacKey, Message};

use super::envelope::UserKey;
use super::personal::{Field, PersonalKeys};
use crate::config::{Keys, SecretKey};
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::key_store::Slot;

/// The identifiers of the keys that something may be encrypted with, between blanks.
const FACT: &str = "personal_data_keys";

/// Why personal data can not be worked on with the configured keys.
#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    /// What is stored was made with another key.
    #[error(
        "PERSONAL_DATA_KEY: what is stored was encrypted with another key than this and PERSONAL_DATA_KEY_PREVIOUS; set the \
         one it was encrypted with or, to replace it, keep that as PERSONAL_DATA_KEY_PREVIOUS until the log says that the \
         former key is not needed any more"
    )]
    Unknown,
    /// Ciphertexts would not tell which of the two keys they have.
    #[error(
        "PERSONAL_DATA_KEY: it has the same short id as PERSONAL_DATA_KEY_PREVIOUS, which happens to one key of 256; take \
         other random bytes"
    )]
    Alike,
    /// It could not be found out.
    #[error(transparent)]
    Service(#[from] ServiceError),
}

/// What a key is known by. It is a MAC of a constant: nothing of the key can be had from it.
pub(crate) fn key_identifier(key: &SecretKey) -> Uuid {
    let message = Message::new("personal fields: which key");
    Uuid::from_bytes(MacKey::new(key.expose()).short_tag(&message))
}

/// Looks whether the configured keys are those that what is stored was made with, and notes the current one. An installation
/// from before that was noted adopts its keys when they open what is stored.
///
/// # Errors
/// [`KeyFault::Unknown`] when something was made with another key, [`KeyFault::Alike`] when a new key can not be told from
/// the former one.
pub async fn check_personal_data_key(context: &Context) -> Result<(), KeyFault> {
    let configured = identifiers(&context.keys);
    let keys = PersonalKeys::of(&context.keys);
    if !keys.are_told_apart() && configured.iter().any(|id| Some(id) != configured.first()) {
        return Err(KeyFault::Alike);
    }
    let mut conn = context.connection().await?;
    let is_known = conn
        .transaction(async |conn| {
            lock(conn, Lock::PersonalDataKeys).await?;
            let noted = find_fact(conn, FACT).await?;
            let mut used = match &noted {
                Some(noted) => read(noted)?,
                None if opens_what_is_stored(conn, &keys).await? => configured.clone(),
                None => return ServiceResult::Ok(false),
            };
            if used.iter().any(|id| !configured.contains(id)) {
                return Ok(false);
            }
            let current = key_identifier(&context.keys.personal_data);
            if !used.contains(&current) {
                used.push(current);
            }
            let text = written(&used);
            if noted.as_deref() != Some(text.as_str()) {
                set_fact(conn, FACT, &text).await?;
            }
            Ok(true)
        })
        .await?;
    is_known.then_some(()).ok_or(KeyFault::Unknown)
}

/// Notes that everything has the current key.
pub(super) async fn note_current_alone(
    conn: &mut AsyncPgConnection,
    keys: &Keys,
) -> ServiceResult<()> {
    let current = [key_identifier(&keys.personal_data)];
    Ok(set_fact(conn, FACT, &written(&current)).await?)
}

/// Of the configured keys, the current one first.
fn identifiers(keys: &Keys) -> Vec<Uuid> {
    let all = std::iter::once(&keys.personal_data).chain(&keys.personal_data_previous);
    all.map(key_identifier).collect()
}

fn written(ids: &[Uuid]) -> String {
    let ids: Vec<String> = ids.iter().map(|id| id.simple().to_string()).collect();
    ids.join(" ")
}

fn read(noted: &str) -> ServiceResult<Vec<Uuid>> {
    let ids: Result<Vec<Uuid>, _> = noted.split_whitespace().map(str::parse).collect();
    ids.map_err(|_| ServiceError::Internal(format!("the fact {FACT} names no keys")))
}

/// Whether the keys open what is stored: the keys of users or, where there are none, whatever else there is. Of an empty
/// installation they do.
async fn opens_what_is_stored(
    conn: &mut AsyncPgConnection,
    keys: &PersonalKeys,
) -> ServiceResult<bool> {
    let owned = keys.clone();
    let opened = tokio::task::spawn_blocking(move || owned.open_users_keys());
    let opened = opened
        .await
        .map_err(|error| ServiceError::Internal(error.to_string()))??;
    if let Some(opened) = opened {
        return Ok(opened);
    }
    let samples = sealed_samples(conn).await?;
    Ok(samples.iter().all(|sample| keys.opens(sample)))
}

impl PersonalKeys {
    /// Whether ciphertexts tell by their first byte which key they have.
    fn are_told_apart(&self) -> bool {
        let mut ids: Vec<u8> = self.keys.iter().map(|key| key.id).collect();
        ids.sort_unstable();
        ids.windows(2).all(|pair| pair.first() != pair.last())
    }

    /// Whether the keys of users can be unwrapped, one of each master key; `None` when there are none.
    fn open_users_keys(&self) -> ServiceResult<Option<bool>> {
        let mut tried = Vec::new();
        for slot in 0..self.store.len()? {
            let Slot::Live(wrapped) = self.store.read(slot)? else {
                continue;
            };
            if tried.contains(&wrapped.master) {
                continue;
            }
            tried.push(wrapped.master);
            let key = UserKey {
                user: wrapped.user,
                slot,
            };
            if self.unwrapped(key, &wrapped).is_err() {
                return Ok(Some(false));
            }
        }
        Ok((!tried.is_empty()).then_some(true))
    }

    fn opens(&self, sample: &SealedSample) -> bool {
        let field = match sample.field.as_str() {
            "webhook_secret" => Field::WebhookSecret,
            "suppressed_address" => Field::SuppressedAddress,
            "recipient" => Field::EmailRecipient,
            "email" => Field::Email,
            _ => Field::Name,
        };
        self.decrypt_bytes(sample.owner, field, &sample.sealed)
            .is_ok()
    }
}

//! Addresses and contents as they are stored: sealed with the key of personal fields.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::emails::EmailRow;
use viral_engine_domain::emails::Address;

use super::content::Mail;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys};

/// What a message is made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Content {
    /// The recipient's name.
    pub name: Option<String>,
    /// What is said.
    pub mail: Mail,
}

impl Content {
    pub fn seal(&self, keys: &PersonalKeys, email: Uuid) -> ServiceResult<Vec<u8>> {
        let text = serde_json::to_string(self)
            .map_err(|error| ServiceError::Internal(format!("content of an email: {error}")))?;
        keys.encrypt(email, Field::EmailContent, &text)
    }

    /// The content of a message; `None` once it is erased.
    pub fn open(keys: &PersonalKeys, row: &EmailRow) -> ServiceResult<Option<Self>> {
        let Some(sealed) = &row.content_cipher else {
            return Ok(None);
        };
        let text = keys.decrypt(row.id, Field::EmailContent, sealed)?;
        serde_json::from_str(&text).map(Some).map_err(|error| {
            ServiceError::Internal(format!("content of email {}: {error}", row.id))
        })
    }
}

/// The recipient of a message; `None` once it is erased.
pub(crate) fn open_address(keys: &PersonalKeys, row: &EmailRow) -> ServiceResult<Option<Address>> {
    let Some(sealed) = &row.address_cipher else {
        return Ok(None);
    };
    let text = keys.decrypt(row.id, Field::EmailRecipient, sealed)?;
    Address::parse(&text)
        .map(Some)
        .map_err(|error| ServiceError::Internal(format!("recipient of email {}: {error}", row.id)))
}

/// What finds a recipient again: as for users, so that mail to a user is found by the user's address.
pub(super) fn hashes(keys: &PersonalKeys, address: &Address) -> Vec<Vec<u8>> {
    keys.search_hashes(Field::Email, &address.key())
}

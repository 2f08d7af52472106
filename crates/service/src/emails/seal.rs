//! Addresses and contents as they are stored: sealed with the keys of those of whom a message tells, else with the key of
//! personal fields.

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::emails::EmailRow;
use viral_engine_domain::emails::Address;

use super::content::Mail;
use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys, UserKey};

/// What a message is made from.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Content {
    /// The recipient's name.
    pub name: Option<String>,
    /// What is said.
    pub mail: Mail,
}

impl Content {
    pub fn seal(
        &self,
        keys: &PersonalKeys,
        email: Uuid,
        about: &[UserKey],
    ) -> ServiceResult<Vec<u8>> {
        let text = serde_json::to_string(self)
            .map_err(|error| ServiceError::Internal(format!("content of an email: {error}")))?;
        keys.seal(email, Field::EmailContent, &text, about)
    }

    /// The content of a message; `None` once it is erased, or a key of somebody of whom it tells.
    pub fn open(keys: &PersonalKeys, row: &EmailRow) -> ServiceResult<Option<Self>> {
        Ok(Self::opened(keys, row)?.map(|(content, _)| content))
    }

    /// The same, with the keys of those of whom it tells.
    pub fn opened(
        keys: &PersonalKeys,
        row: &EmailRow,
    ) -> ServiceResult<Option<(Self, Vec<UserKey>)>> {
        let Some(sealed) = &row.content_cipher else {
            return Ok(None);
        };
        let Some((text, about)) = keys.opened(row.id, Field::EmailContent, sealed)? else {
            return Ok(None);
        };
        let content = serde_json::from_str(&text).map_err(|error| {
            ServiceError::Internal(format!("content of email {}: {error}", row.id))
        });
        Ok(Some((content?, about)))
    }
}

/// The recipient of a message as it is stored.
pub(super) fn seal_address(
    keys: &PersonalKeys,
    email: Uuid,
    address: &Address,
    about: &[UserKey],
) -> ServiceResult<Vec<u8>> {
    keys.seal(email, Field::EmailRecipient, address.expose(), about)
}

/// The recipient of a message; `None` once it is erased.
pub(crate) fn open_address(keys: &PersonalKeys, row: &EmailRow) -> ServiceResult<Option<Address>> {
    let Some(sealed) = &row.address_cipher else {
        return Ok(None);
    };
    let Some(text) = keys.open(row.id, Field::EmailRecipient, sealed)? else {
        return Ok(None);
    };
    Address::parse(&text)
        .map(Some)
        .map_err(|error| ServiceError::Internal(format!("recipient of email {}: {error}", row.id)))
}

/// What finds a recipient again: as for users, so that mail to a user is found by the user's address.
pub(super) fn hashes(keys: &PersonalKeys, address: &Address) -> Vec<Vec<u8>> {
    keys.search_hashes(Field::Email, &address.key())
}

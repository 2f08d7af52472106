//! Where a guardian is written to: an address or a number, by what it is known, and whether it is one of a minor.

use diesel_async::AsyncPgConnection;
use viral_engine_db::consents::RequestRow;
use viral_engine_db::emails::{belongs_to_minor, is_number_of_minor};
use viral_engine_domain::consents::{Method, TextNumber};
use viral_engine_domain::emails::Address;
use viral_engine_domain::lasting_keys::LastingKey;

use super::mail::sealed_contact;
use super::verification::messages_of;
use crate::context::Context;
use crate::error::{ServiceError, ServiceResult};
use crate::lasting_keys::former_lasting_keys;
use crate::users::{Field, PersonalKeys, former_search_hash};

/// Where a guardian is written to.
pub(super) enum Contact {
    Email(Address),
    Text(TextNumber),
}

impl Contact {
    /// That of a request; none once it is gone.
    pub(super) fn of_request(
        context: &Context,
        request: &RequestRow,
    ) -> ServiceResult<Option<Self>> {
        let Some(text) = sealed_contact(context, request)? else {
            return Ok(None);
        };
        let unreadable = |error: &dyn std::fmt::Display| {
            ServiceError::Internal(format!(
                "contact of consent request {}: {error}",
                request.id
            ))
        };
        let contact = match messages_of(request) {
            Method::TextPlus => TextNumber::parse(&text)
                .map(Self::Text)
                .map_err(|error| unreadable(&error)),
            _ => Address::parse(&text)
                .map(Self::Email)
                .map_err(|error| unreadable(&error)),
        };
        contact.map(Some)
    }

    pub(super) fn channel(&self) -> &'static str {
        match self {
            Self::Email(_) => "email",
            Self::Text(_) => "text",
        }
    }

    pub(super) fn expose(&self) -> &str {
        match self {
            Self::Email(address) => address.expose(),
            Self::Text(number) => number.expose(),
        }
    }

    pub(super) fn hash(&self, keys: &PersonalKeys) -> ServiceResult<Vec<u8>> {
        match self {
            Self::Email(address) => keys.search_hash(Field::Email, &address.key()),
            Self::Text(number) => keys.search_hash(Field::Phone, number.expose()),
        }
    }

    /// One for each key in use.
    pub(super) fn hashes(&self, keys: &PersonalKeys) -> Vec<Vec<u8>> {
        match self {
            Self::Email(address) => keys.search_hashes(Field::Email, &address.key()),
            Self::Text(number) => keys.search_hashes(Field::Phone, number.expose()),
        }
    }

    /// The same with those of whatever else reaches the same mailbox: mail to name+anything is the mailbox of name.
    pub(super) fn reached(&self, keys: &PersonalKeys) -> Vec<Vec<u8>> {
        let mailbox = match self {
            Self::Email(address) => keys.search_hashes(Field::Email, &address.mailbox_key()),
            Self::Text(_) => Vec::new(),
        };
        [self.hashes(keys), mailbox].concat()
    }

    /// The same, also under keys that were replaced: some are known by a hash alone, which nobody can make anew.
    pub(super) async fn ever_reached(
        &self,
        conn: &mut AsyncPgConnection,
        context: &Context,
    ) -> ServiceResult<Vec<Vec<u8>>> {
        let mut reached = self.reached(&PersonalKeys::of(&context.keys));
        let spellings = match self {
            Self::Email(address) => vec![
                (Field::Email, address.key()),
                (Field::Email, address.mailbox_key()),
            ],
            Self::Text(number) => vec![(Field::Phone, number.expose().to_owned())],
        };
        for key in former_lasting_keys(conn, context, LastingKey::Searching).await? {
            let hashes = spellings
                .iter()
                .map(|(field, text)| former_search_hash(&key, *field, text));
            reached.extend(hashes);
        }
        Ok(reached)
    }

    /// Whether it is on record as a minor's.
    pub(super) async fn is_of_minor(
        &self,
        conn: &mut AsyncPgConnection,
        keys: &PersonalKeys,
    ) -> ServiceResult<bool> {
        let reached = self.reached(keys);
        Ok(match self {
            Self::Email(_) => belongs_to_minor(conn, &reached).await?,
            Self::Text(_) => is_number_of_minor(conn, &reached).await?,
        })
    }
}

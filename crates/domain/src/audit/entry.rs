//! The bytes of an entry: what its hash and its MAC are made of.

use chrono::{DateTime, Utc};
use sha2::{Digest, Sha256};
use thiserror::Error;
use uuid::Uuid;

use super::Hash;
use super::json::{JsonError, canonical_json};
use crate::mac::Message;

/// An entry of the audit trail, as it is stored.
#[derive(Clone, Copy, Debug)]
pub struct Entry<'a> {
    /// Its id.
    pub id: Uuid,
    /// When, in whole microseconds: what PostgreSQL keeps.
    pub at: DateTime<Utc>,
    /// `operator`, `api_key`, `guardian` or `system`.
    pub actor_kind: &'a str,
    /// Operator or key.
    pub actor_id: Option<Uuid>,
    /// operationId.
    pub action: &'a str,
    /// Kind of object.
    pub object_kind: &'a str,
    /// Its id.
    pub object_id: &'a str,
    /// What changed, as JSON.
    pub changes: &'a str,
    /// Request that did it.
    pub request_id: Option<&'a str>,
    /// Truncated network of the caller.
    pub ip_prefix: Option<&'a str>,
}

/// Why an entry has no bytes: the engine never wrote it like that.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum EntryError {
    /// Its changes.
    #[error("its changes can not be read: {0}")]
    Changes(#[from] JsonError),
    /// A time with parts of a microsecond.
    #[error("its time is finer than a microsecond")]
    Time,
}

impl Entry<'_> {
    /// Version 1 of the encoding: the label, then every field in the order of this type, each with its length
    /// ([`Message`]); the time as microseconds since 1970 in 8 bytes big-endian, ids as their 16 bytes, an absent field
    /// as a byte 0 and a present one behind a byte 1, the changes as [`canonical_json`].
    ///
    /// # Errors
    /// When it can not be an entry of ours.
    pub fn canonical(&self) -> Result<Message, EntryError> {
        if !self.at.timestamp_subsec_nanos().is_multiple_of(1_000) {
            return Err(EntryError::Time);
        }
        Ok(Message::new("viral-engine/audit-entry/v1")
            .bytes(self.id.as_bytes())
            .bytes(&self.at.timestamp_micros().to_be_bytes())
            .text(self.actor_kind)
            .optional(self.actor_id.as_ref().map(|id| id.as_bytes().as_slice()))
            .text(self.action)
            .text(self.object_kind)
            .text(self.object_id)
            .bytes(&canonical_json(self.changes)?)
            .optional(self.request_id.map(str::as_bytes))
            .optional(self.ip_prefix.map(str::as_bytes)))
    }

    /// SHA-256 of the bytes.
    ///
    /// # Errors
    /// As [`Entry::canonical`].
    pub fn hash(&self) -> Result<Hash, EntryError> {
        Ok(Sha256::digest(self.canonical()?.as_bytes()).into())
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub const ENTRY: Entry<'_> = Entry {
        id: Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0001),
        at: DateTime::from_timestamp_nanos(1_773_662_400_123_456_000),
        actor_kind: "operator",
        actor_id: Some(Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0002)),
        action: "create_link",
        object_kind: "link",
        object_id: "0193",
        changes: r#"{"alias": {"from": null, "to": "spring"}}"#,
        request_id: Some("req-1"),
        ip_prefix: None,
    };

    #[test]
    fn the_documented_vector() {
        let message = ENTRY.canonical().unwrap();
        let label = b"viral-engine/audit-entry/v1";
        assert_eq!(&message.as_bytes()[..8], &27_u64.to_be_bytes());
        assert_eq!(&message.as_bytes()[8..35], label);
        assert_eq!(
            hex::encode(ENTRY.hash().unwrap()),
            "0df59dd45ea2c3fa0c70f5c8801bac0c8b3102999118ad1728e9e6031e7175a3"
        );
    }

    #[test]
    fn every_field_counts() {
        let other = Uuid::from_u128(3);
        let changed = [
            Entry { id: other, ..ENTRY },
            Entry {
                at: ENTRY.at + chrono::TimeDelta::microseconds(1),
                ..ENTRY
            },
            Entry {
                actor_kind: "system",
                ..ENTRY
            },
            Entry {
                actor_id: Some(other),
                ..ENTRY
            },
            Entry {
                actor_id: None,
                ..ENTRY
            },
            Entry {
                action: "create_links",
                ..ENTRY
            },
            Entry {
                object_kind: "links",
                ..ENTRY
            },
            Entry {
                object_id: "0194",
                ..ENTRY
            },
            Entry {
                changes: r#"{"alias": {"from": null, "to": "sprint"}}"#,
                ..ENTRY
            },
            Entry {
                request_id: None,
                ..ENTRY
            },
            Entry {
                request_id: Some(""),
                ..ENTRY
            },
            Entry {
                ip_prefix: Some(""),
                ..ENTRY
            },
            // What moves from one field to its neighbour.
            Entry {
                object_kind: "link0",
                object_id: "193",
                ..ENTRY
            },
            Entry {
                request_id: None,
                ip_prefix: Some("req-1"),
                ..ENTRY
            },
        ];
        for entry in changed {
            assert_ne!(entry.hash(), ENTRY.hash(), "{entry:?}");
        }
    }

    #[test]
    fn the_layout_of_its_changes_does_not_count() {
        let changes = "{\"alias\":{\"to\":\"spring\",\"from\":null}}";
        assert_eq!(Entry { changes, ..ENTRY }.hash(), ENTRY.hash());
    }

    #[test]
    fn a_time_that_postgresql_can_not_keep_is_refused() {
        let at = ENTRY.at + chrono::TimeDelta::nanoseconds(1);
        assert_eq!(Entry { at, ..ENTRY }.hash(), Err(EntryError::Time));
    }
}

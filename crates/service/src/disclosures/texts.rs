//! Who got a record and what for, encrypted with the student's key.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::error::{ServiceError, ServiceResult};
use crate::tutoring_sessions::texts::Redaction;
use crate::users::{Field, PersonalKeys, Redactor, UserKey};

/// What was written about a disclosure.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Texts {
    /// Kept as it is written: that is what the log is for.
    pub party: String,
    /// Without personal information.
    pub legitimate_interest: String,
}

impl Texts {
    /// As they are kept.
    pub fn of(party: &str, legitimate_interest: &str) -> Self {
        Self {
            party: party.trim().to_owned(),
            legitimate_interest: Redaction::with(Redactor::of_anybody()).of(legitimate_interest),
        }
    }

    /// Encrypts them for the disclosure `id`.
    pub fn seal(
        &self,
        keys: &PersonalKeys,
        id: Uuid,
        student: &[UserKey],
    ) -> ServiceResult<Vec<u8>> {
        let text = serde_json::to_string(self).map_err(|error| unreadable(&error))?;
        keys.seal(id, Field::DisclosureTexts, &text, student)
    }

    /// Reads them; `None` once the student's key is gone.
    pub fn open(keys: &PersonalKeys, id: Uuid, sealed: &[u8]) -> ServiceResult<Option<Self>> {
        let text = keys.open(id, Field::DisclosureTexts, sealed)?;
        let texts = text.map(|text| serde_json::from_str(&text));
        texts.transpose().map_err(|error| unreadable(&error))
    }
}

fn unreadable(error: &serde_json::Error) -> ServiceError {
    ServiceError::Internal(format!("texts of a disclosure: {error}"))
}

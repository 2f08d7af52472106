//! By what a user is found in texts while being erased. Kept encrypted with the user's key from the moment at which the
//! user's row says nothing any more, so that a deletion that was interrupted can go on.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};
use uuid::Uuid;
use viral_engine_db::data_requests::Names;
use viral_engine_db::users::UserRow;
use viral_engine_domain::pii::{Known, PlatformId, Subject};

use crate::error::{ServiceError, ServiceResult};
use crate::users::{Field, PersonalKeys, UserKey};

/// A shorter name is part of other words too often to be looked for in running text.
const SHORTEST_IN_TEXTS: usize = 6;
/// Shorter words of a name are in nearly every text.
const SHORTEST_WORD: usize = 3;

/// By what a user is found.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Found {
    external_id: String,
    name: Option<String>,
    email: Option<String>,
    phone: Option<String>,
    handle: Option<String>,
    email_hashes: Vec<String>,
}

impl Found {
    /// What is on record of a user.
    pub(super) fn of(user: &UserRow, keys: &PersonalKeys) -> ServiceResult<Self> {
        let open = |field, cipher: &Option<Vec<u8>>| -> ServiceResult<Option<String>> {
            match cipher {
                Some(cipher) => keys.open(user.id, field, cipher),
                None => Ok(None),
            }
        };
        let email = open(Field::Email, &user.email_cipher)?;
        let mut email_hashes: BTreeSet<Vec<u8>> = user.email_hash.iter().cloned().collect();
        if let Some(email) = &email {
            email_hashes.extend(keys.search_hashes(Field::Email, email));
        }
        Ok(Self {
            external_id: user.external_id.clone(),
            name: open(Field::Name, &user.name_cipher)?,
            phone: open(Field::Phone, &user.phone_cipher)?,
            handle: open(Field::Handle, &user.handle_cipher)?,
            email,
            email_hashes: email_hashes.iter().map(hex::encode).collect(),
        })
    }

    pub(super) fn seal(
        &self,
        keys: &PersonalKeys,
        request: Uuid,
        key: UserKey,
    ) -> ServiceResult<Vec<u8>> {
        let text = serde_json::to_string(self).map_err(|error| unreadable(&error))?;
        keys.seal(request, Field::DeletionNames, &text, &[key])
    }

    /// What was kept; nothing once the key is gone, and then nothing is looked for either.
    pub(super) fn open(
        keys: &PersonalKeys,
        request: Uuid,
        sealed: Option<&[u8]>,
    ) -> ServiceResult<Self> {
        let Some(sealed) = sealed else {
            return Ok(Self::default());
        };
        match keys.open(request, Field::DeletionNames, sealed)? {
            Some(text) => serde_json::from_str(&text).map_err(|error| unreadable(&error)),
            None => Ok(Self::default()),
        }
    }

    /// What is on record, to be looked for in texts.
    ///
    /// # Errors
    /// When it is too large to look for.
    pub(super) fn subject(&self) -> ServiceResult<Subject> {
        let list = |fact: &Option<String>| fact.iter().cloned().collect();
        let known = Known {
            names: list(&self.name),
            handles: list(&self.handle),
            schools: Vec::new(),
            emails: list(&self.email),
            phones: list(&self.phone),
        };
        Subject::new(&known).map_err(|error| ServiceError::Internal(error.to_string()))
    }

    /// Patterns (`LIKE`) of texts in lower case, one of which every text fits that names the user as on record or by the
    /// platform's id. Between their wildcards they have letters and digits alone, so that no JSON writes them another way.
    pub(super) fn patterns(&self) -> Vec<String> {
        let facts = [&self.name, &self.handle, &self.email, &self.phone];
        let words = facts.into_iter().flatten().flat_map(|fact| {
            let words = fact.split(|char: char| !char.is_alphanumeric());
            words.filter(|word| word.chars().count() >= SHORTEST_WORD)
        });
        let words = words.map(|word| format!("%{}%", word.to_lowercase()));
        let id = self.platform_id();
        let id = id.map(|id| format!("%{}%", id.runs().join("%")));
        let patterns: BTreeSet<String> = words.chain(id).collect();
        patterns.into_iter().collect()
    }

    /// The platform's id, as it is looked for in what is told of others.
    pub(super) fn platform_id(&self) -> Option<PlatformId> {
        PlatformId::new(&self.external_id)
    }

    /// As the statements take it.
    pub(super) fn names(&self, user: Uuid) -> Names {
        if self.external_id.is_empty() {
            return Names::default();
        }
        let others = [&self.name, &self.email, &self.phone, &self.handle];
        let all = || std::iter::once(&self.external_id).chain(others.into_iter().flatten());
        let id = user.simple().to_string();
        // As reports call a child, see `reports::compute`.
        let pseudonym = format!("user-{}", id.get(24..).unwrap_or(&id));
        Names {
            quoted: all()
                .map(|name| serde_json::json!(name).to_string())
                .collect(),
            plain: all()
                .filter(|name| name.chars().count() >= SHORTEST_IN_TEXTS)
                .cloned()
                .collect(),
            in_reports: vec![self.external_id.clone(), pseudonym],
            email_hashes: self
                .email_hashes
                .iter()
                .filter_map(|hash| hex::decode(hash).ok())
                .collect(),
        }
    }
}

fn unreadable(error: &serde_json::Error) -> ServiceError {
    ServiceError::Internal(format!("names of a deletion: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn short_names_are_looked_for_as_whole_json_strings_alone() {
        let found = Found {
            external_id: "s1".to_owned(),
            name: Some("Ada \"Countess\" Lovelace".to_owned()),
            email_hashes: vec!["0aff".to_owned()],
            ..Found::default()
        };
        assert_eq!(found.patterns(), ["%ada%", "%countess%", "%lovelace%"]);
        let names = found.names(Uuid::from_u128(0xABCD));
        assert_eq!(
            names.quoted,
            ["\"s1\"", "\"Ada \\\"Countess\\\" Lovelace\""]
        );
        assert_eq!(names.plain, ["Ada \"Countess\" Lovelace"]);
        assert_eq!(names.in_reports, ["s1", "user-0000abcd"]);
        assert_eq!(names.email_hashes, [vec![0x0a, 0xff]]);
    }

    #[test]
    fn an_id_is_looked_for_by_what_every_spelling_of_it_has() {
        let patterns = |id: &str| {
            let external_id = id.to_owned();
            let found = Found {
                external_id,
                ..Found::default()
            };
            found.patterns()
        };
        assert_eq!(patterns("Platform-ID_7788"), ["%platform%id%7788%"]);
        assert_eq!(patterns("50%_off\\"), ["%50%off%"]);
        assert_eq!(patterns("学生四七一一"), ["%%"]);
        assert!(patterns("s-123").is_empty());
    }

    #[test]
    fn once_the_key_is_gone_nothing_is_looked_for() {
        let names = Found::default().names(Uuid::from_u128(1));
        assert!(Found::default().patterns().is_empty());
        assert!(names.quoted.is_empty() && names.plain.is_empty());
        assert!(names.in_reports.is_empty() && names.email_hashes.is_empty());
    }
}

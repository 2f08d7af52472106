//! Keys that are derived from the master key of personal data and outlive it: those that links in mail are authenticated with, and
//! the one by which people are known who are not to be asked again.
//!
//! Neither the master key nor anything that it encrypts can be had from them. So links that were mailed go on working after it was
//! replaced, and who said not to be a child's guardian is still known when nothing but a hash is left.

use std::fmt;

use zeroize::Zeroizing;

use crate::mac::{MAC_LEN, MacKey, Message};

/// What a key is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LastingKey {
    /// Links to the pages of guardians, on which they answer and take back.
    Consents,
    /// Links to the page of a parent's week.
    Recaps,
    /// Links to the page on which mail is unsubscribed from.
    Unsubscribing,
    /// Hashes by which personal fields are found.
    Searching,
}

impl LastingKey {
    /// In the order in which secrets are stored: new ones come last.
    const ALL: [Self; 4] = [
        Self::Consents,
        Self::Recaps,
        Self::Unsubscribing,
        Self::Searching,
    ];

    /// The key that is derived from a master key.
    #[must_use]
    pub fn derive(self, master: &[u8]) -> MacKey {
        MacKey::new(&self.secret(master)[..])
    }

    fn secret(self, master: &[u8]) -> Zeroizing<[u8; MAC_LEN]> {
        Zeroizing::new(MacKey::new(master).tag(&self.purpose()))
    }

    fn purpose(self) -> Message {
        Message::new(match self {
            Self::Consents => "viral-engine/consent-page/key/v1",
            Self::Recaps => "viral-engine/recap-page/key/v1",
            Self::Unsubscribing => "viral-engine/unsubscribe/key/v1",
            Self::Searching => "personal fields: search",
        })
    }
}

/// The secrets of all these keys that one master key made.
#[derive(Clone, PartialEq, Eq)]
pub struct LastingSecrets(Zeroizing<Vec<u8>>);

impl LastingSecrets {
    /// Those of a master key.
    #[must_use]
    pub fn derive(master: &[u8]) -> Self {
        let secrets = LastingKey::ALL.map(|kind| kind.secret(master));
        Self(Zeroizing::new(
            secrets
                .iter()
                .flat_map(|secret| secret.iter().copied())
                .collect(),
        ))
    }

    /// Those that were stored; `None` when these bytes are none.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let is_whole = !bytes.is_empty() && bytes.len().is_multiple_of(MAC_LEN);
        is_whole.then(|| Self(Zeroizing::new(bytes.to_vec())))
    }

    /// What is stored, sealed.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// The key; `None` when it was not known yet as the secrets were stored.
    #[must_use]
    pub fn key(&self, kind: LastingKey) -> Option<MacKey> {
        let mut secrets = LastingKey::ALL.iter().zip(self.0.chunks_exact(MAC_LEN));
        let found = secrets.find(|(one, _)| **one == kind);
        found.map(|(_, secret)| MacKey::new(secret))
    }
}

impl fmt::Debug for LastingSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LastingSecrets(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_secrets_make_the_keys_that_the_master_key_makes() {
        let secrets = LastingSecrets::derive(&[7; 32]);
        let stored = LastingSecrets::from_bytes(secrets.as_bytes()).expect("secrets");
        let message = Message::new("test");
        for kind in LastingKey::ALL {
            let key = stored.key(kind).expect("a key");
            assert_eq!(key.tag(&message), kind.derive(&[7; 32]).tag(&message));
            assert_ne!(key.tag(&message), kind.derive(&[8; 32]).tag(&message));
        }
    }

    #[test]
    fn each_purpose_has_a_key_of_its_own() {
        let tags = LastingKey::ALL.map(|kind| kind.derive(&[7; 32]).tag(&Message::new("test")));
        let different: std::collections::HashSet<_> = tags.into_iter().collect();
        assert_eq!(different.len(), LastingKey::ALL.len());
    }

    #[test]
    fn secrets_from_before_a_kind_was_known_have_the_others() {
        let all = LastingSecrets::derive(&[7; 32]);
        let fewer = LastingSecrets::from_bytes(&all.as_bytes()[..2 * MAC_LEN]).expect("secrets");
        assert!(fewer.key(LastingKey::Recaps).is_some());
        assert!(fewer.key(LastingKey::Unsubscribing).is_none());
        for none in [&[][..], &[1; MAC_LEN - 1], &[1; MAC_LEN + 1]] {
            assert_eq!(LastingSecrets::from_bytes(none), None);
        }
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        let secrets = LastingSecrets::derive(&[7; 32]);
        assert_eq!(format!("{secrets:?}"), "LastingSecrets(***)");
    }
}

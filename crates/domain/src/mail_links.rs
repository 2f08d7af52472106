//! What links in mail are authenticated with: for each kind of link a secret of its own, derived from the master key of
//! personal data.
//!
//! They are good for links and nothing else: neither the master key nor anything that it encrypts can be had from them. So
//! they may outlive the master key, and links that were mailed go on working after it was replaced.

use std::fmt;

use zeroize::Zeroizing;

use crate::mac::{MAC_LEN, MacKey, Message};

/// Which links.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LinkKind {
    /// To the pages of guardians, on which they answer and take back.
    Consents,
    /// To the page of a parent's week.
    Recaps,
    /// To the page on which mail is unsubscribed from.
    Unsubscribing,
}

impl LinkKind {
    /// In the order in which secrets are stored: new ones come last.
    const ALL: [Self; 3] = [Self::Consents, Self::Recaps, Self::Unsubscribing];

    /// The key of these links that is derived from a master key.
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
        })
    }
}

/// The secrets of all kinds of links that one master key made.
#[derive(Clone, PartialEq, Eq)]
pub struct LinkSecrets(Zeroizing<Vec<u8>>);

impl LinkSecrets {
    /// Those of a master key.
    #[must_use]
    pub fn derive(master: &[u8]) -> Self {
        let secrets = LinkKind::ALL.map(|kind| kind.secret(master));
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

    /// The key of these links; `None` when it was not known yet as the secrets were stored.
    #[must_use]
    pub fn key(&self, kind: LinkKind) -> Option<MacKey> {
        let mut secrets = LinkKind::ALL.iter().zip(self.0.chunks_exact(MAC_LEN));
        let found = secrets.find(|(one, _)| **one == kind);
        found.map(|(_, secret)| MacKey::new(secret))
    }
}

impl fmt::Debug for LinkSecrets {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LinkSecrets(***)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stored_secrets_make_the_keys_that_the_master_key_makes() {
        let secrets = LinkSecrets::derive(&[7; 32]);
        let stored = LinkSecrets::from_bytes(secrets.as_bytes()).expect("secrets");
        let message = Message::new("test");
        for kind in LinkKind::ALL {
            let key = stored.key(kind).expect("a key");
            assert_eq!(key.tag(&message), kind.derive(&[7; 32]).tag(&message));
            assert_ne!(key.tag(&message), kind.derive(&[8; 32]).tag(&message));
        }
    }

    #[test]
    fn each_kind_of_links_has_a_key_of_its_own() {
        let tags = LinkKind::ALL.map(|kind| kind.derive(&[7; 32]).tag(&Message::new("test")));
        assert!(tags[0] != tags[1] && tags[1] != tags[2] && tags[0] != tags[2]);
    }

    #[test]
    fn secrets_from_before_a_kind_was_known_have_the_others() {
        let all = LinkSecrets::derive(&[7; 32]);
        let fewer = LinkSecrets::from_bytes(&all.as_bytes()[..2 * MAC_LEN]).expect("secrets");
        assert!(fewer.key(LinkKind::Recaps).is_some());
        assert!(fewer.key(LinkKind::Unsubscribing).is_none());
        for none in [&[][..], &[1; MAC_LEN - 1], &[1; MAC_LEN + 1]] {
            assert_eq!(LinkSecrets::from_bytes(none), None);
        }
    }

    #[test]
    fn secrets_do_not_show_themselves() {
        let secrets = LinkSecrets::derive(&[7; 32]);
        assert_eq!(format!("{secrets:?}"), "LinkSecrets(***)");
    }
}

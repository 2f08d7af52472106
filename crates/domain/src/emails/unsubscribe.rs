//! Unsubscribing in one click (RFC 8058): the token in a message's link.
//!
//! It names the message, not the person, and its MAC shows that we made it: nobody can unsubscribe others by trying
//! ids, and neither link nor logs hold an address. It does not end: whoever finds an old message may unsubscribe.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::lasting_keys::LastingKey;
use crate::mac::{MacKey, Message, constant_time_eq};

const ID_LEN: usize = 16;
/// 128 bits: as many as an attacker can not guess.
const TAG_LEN: usize = 16;

/// A token as it stands in a link: 43 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnsubscribeToken(String);

impl UnsubscribeToken {
    /// The text of the token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keys of tokens, the current one first.
#[derive(Clone, Debug)]
pub struct UnsubscribeKeys(Vec<MacKey>);

impl UnsubscribeKeys {
    /// Derives them from secrets that serve another purpose too; the first makes tokens, all are accepted.
    #[must_use]
    pub fn derive<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let keys = secrets.into_iter();
        Self::new(keys.map(|secret| LastingKey::Unsubscribing.derive(secret)))
    }

    /// Takes keys that are of these links alone.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = MacKey>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// The token of a message; `None` without any key.
    #[must_use]
    pub fn token(&self, email: Uuid) -> Option<UnsubscribeToken> {
        let tag = tag(self.0.first()?, email);
        let bytes = [email.as_bytes().as_slice(), &tag].concat();
        Some(UnsubscribeToken(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// The message of a token that one of the keys made.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Uuid> {
        let bytes: [u8; ID_LEN + TAG_LEN] = URL_SAFE_NO_PAD.decode(token).ok()?.try_into().ok()?;
        let (id, given) = bytes.split_at(ID_LEN);
        let email = Uuid::from_slice(id).ok()?;
        let mut keys = self.0.iter();
        keys.any(|key| constant_time_eq(&tag(key, email), given))
            .then_some(email)
    }
}

fn tag(key: &MacKey, email: Uuid) -> [u8; TAG_LEN] {
    key.short_tag(&Message::new("viral-engine/unsubscribe/v1").bytes(email.as_bytes()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(secrets: &[&[u8]]) -> UnsubscribeKeys {
        UnsubscribeKeys::derive(secrets.iter().copied())
    }

    #[test]
    fn a_token_is_short_and_names_its_message() {
        let keys = keys(&[&[7; 32]]);
        let email = Uuid::from_u128(17);
        let token = keys.token(email).expect("a token");
        assert_eq!(token.as_str().len(), 43);
        assert_eq!(keys.read(token.as_str()), Some(email));
    }

    #[test]
    fn a_token_of_a_replaced_key_still_works_while_that_is_known() {
        let email = Uuid::from_u128(17);
        let token = keys(&[&[7; 32]]).token(email).expect("a token");
        assert_eq!(
            keys(&[&[8; 32], &[7; 32]]).read(token.as_str()),
            Some(email)
        );
        assert_eq!(keys(&[&[8; 32]]).read(token.as_str()), None);
        assert_eq!(keys(&[]).token(email), None);
    }

    proptest! {
        #[test]
        fn a_token_changed_anywhere_is_refused(id in any::<u128>(), at in 0_usize..32, bit in 0_u8..8) {
            let keys = keys(&[&[7; 32]]);
            let token = keys.token(Uuid::from_u128(id)).expect("a token");
            let mut bytes = URL_SAFE_NO_PAD.decode(token.as_str()).expect("base64url");
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(keys.read(&URL_SAFE_NO_PAD.encode(bytes)), None);
        }

        #[test]
        fn whatever_is_no_token_is_refused(text in "\\PC{0,80}") {
            prop_assert_eq!(keys(&[&[7; 32]]).read(&text), None);
        }
    }
}

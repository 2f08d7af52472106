//! Links to the page of a parent's week: a token names parent and week, and its MAC shows that we made it, so that
//! nobody finds another family's page by trying.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::Week;
use crate::lasting_keys::LastingKey;
use crate::mac::{MacKey, Message, constant_time_eq};

const ID_LEN: usize = 16;
const DAY_LEN: usize = 4;
/// 128 bits: as many as an attacker can not guess.
const TAG_LEN: usize = 16;

/// A token as it stands in a link: 48 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken(String);

impl PageToken {
    /// The text of the token.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The keys of tokens, the current one first.
#[derive(Clone, Debug)]
pub struct PageKeys(Vec<MacKey>);

impl PageKeys {
    /// Derives them from secrets that serve another purpose too; the first makes tokens, all are accepted.
    #[must_use]
    pub fn derive<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let keys = secrets.into_iter();
        Self::new(keys.map(|secret| LastingKey::Recaps.derive(secret)))
    }

    /// Takes keys that are of these links alone.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = MacKey>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// The token of a parent's week; `None` without any key.
    #[must_use]
    pub fn token(&self, parent: Uuid, week: Week) -> Option<PageToken> {
        let day = week.first().num_days_from_ce().to_be_bytes();
        let tag = tag(self.0.first()?, parent.as_bytes(), &day);
        let bytes = [parent.as_bytes().as_slice(), &day, &tag].concat();
        Some(PageToken(URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Parent and week of a token that one of the keys made.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<(Uuid, Week)> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let bytes: [u8; ID_LEN + DAY_LEN + TAG_LEN] = bytes.try_into().ok()?;
        let (parent, rest) = bytes.split_at(ID_LEN);
        let (day, given) = rest.split_at(DAY_LEN);
        let mut keys = self.0.iter();
        if !keys.any(|key| constant_time_eq(&tag(key, parent, day), given)) {
            return None;
        }
        let monday = NaiveDate::from_num_days_from_ce_opt(i32::from_be_bytes(day.try_into().ok()?));
        Some((Uuid::from_slice(parent).ok()?, Week::new(monday?).ok()?))
    }
}

fn tag(key: &MacKey, parent: &[u8], day: &[u8]) -> [u8; TAG_LEN] {
    key.short_tag(
        &Message::new("viral-engine/recap-page/v1")
            .bytes(parent)
            .bytes(day),
    )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn keys(secrets: &[&[u8]]) -> PageKeys {
        PageKeys::derive(secrets.iter().copied())
    }

    fn week() -> Week {
        Week::new("2026-03-09".parse().unwrap()).unwrap()
    }

    #[test]
    fn a_token_names_parent_and_week() {
        let keys = keys(&[&[7; 32]]);
        let parent = Uuid::from_u128(17);
        let token = keys.token(parent, week()).unwrap();
        assert_eq!(token.as_str().len(), 48);
        assert_eq!(keys.read(token.as_str()), Some((parent, week())));
    }

    #[test]
    fn a_token_of_a_replaced_key_still_works_while_that_is_known() {
        let parent = Uuid::from_u128(17);
        let token = keys(&[&[7; 32]]).token(parent, week()).unwrap();
        let both = keys(&[&[8; 32], &[7; 32]]);
        assert_eq!(both.read(token.as_str()), Some((parent, week())));
        assert_eq!(keys(&[&[8; 32]]).read(token.as_str()), None);
        assert_eq!(keys(&[]).token(parent, week()), None);
    }

    proptest! {
        #[test]
        fn a_token_changed_anywhere_is_refused(id in any::<u128>(), at in 0_usize..36, bit in 0_u8..8) {
            let keys = keys(&[&[7; 32]]);
            let token = keys.token(Uuid::from_u128(id), week()).unwrap();
            let mut bytes = URL_SAFE_NO_PAD.decode(token.as_str()).unwrap();
            bytes[at] ^= 1 << bit;
            prop_assert_eq!(keys.read(&URL_SAFE_NO_PAD.encode(bytes)), None);
        }

        #[test]
        fn whatever_is_no_token_is_refused(text in "\\PC{0,80}") {
            prop_assert_eq!(keys(&[&[7; 32]]).read(&text), None);
        }
    }
}

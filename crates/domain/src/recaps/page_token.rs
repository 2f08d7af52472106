//! Links to the page of a parent's week: a token names parent and week, and its MAC shows that we mailed it to the address
//! that the parent has, so that nobody finds another family's page by trying, and no former mailbox keeps one. The address
//! itself does not stand in it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use chrono::{Datelike, NaiveDate};
use uuid::Uuid;

use super::Week;
use crate::emails::Address;
use crate::lasting_keys::LastingKey;
use crate::mac::{MacKey, Message, constant_time_eq};

const ID_LEN: usize = 16;
const DAY_LEN: usize = 4;
/// 128 bits: as many as an attacker can not guess.
const TAG_LEN: usize = 16;

/// A token: parent and week, and what shows that we made it. In a link it is 48 characters of base64url.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PageToken {
    parent: Uuid,
    week: Week,
    tag: [u8; TAG_LEN],
}

impl PageToken {
    /// Reads the text of a token. Anybody can write one: [`PageKeys::made`] says whether it is ours.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let bytes: [u8; ID_LEN + DAY_LEN + TAG_LEN] = bytes.try_into().ok()?;
        let (parent, rest) = bytes.split_at(ID_LEN);
        let (day, tag) = rest.split_at(DAY_LEN);
        let monday = NaiveDate::from_num_days_from_ce_opt(i32::from_be_bytes(day.try_into().ok()?));
        Some(Self {
            parent: Uuid::from_slice(parent).ok()?,
            week: Week::new(monday?).ok()?,
            tag: tag.try_into().ok()?,
        })
    }

    /// The parent it names.
    #[must_use]
    pub fn parent(&self) -> Uuid {
        self.parent
    }

    /// The week it names.
    #[must_use]
    pub fn week(&self) -> Week {
        self.week
    }

    /// The text, as it stands in a link.
    #[must_use]
    pub fn text(&self) -> String {
        let (parent, day) = (self.parent.as_bytes(), day_bytes(self.week));
        URL_SAFE_NO_PAD.encode([parent.as_slice(), &day, &self.tag].concat())
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

    /// The token of a parent's week that is mailed to an address; `None` without any key.
    #[must_use]
    pub fn token(&self, parent: Uuid, week: Week, to: &Address) -> Option<PageToken> {
        let tag = tag(self.0.first()?, (parent, week), &to.key());
        Some(PageToken { parent, week, tag })
    }

    /// Whether one of the keys made a token for this address, in whatever case that is written.
    #[must_use]
    pub fn made(&self, token: &PageToken, to: &Address) -> bool {
        let (named, to) = ((token.parent, token.week), to.key());
        let mut keys = self.0.iter();
        keys.any(|key| constant_time_eq(&tag(key, named, &to), &token.tag))
    }
}

fn tag(key: &MacKey, (parent, week): (Uuid, Week), to: &str) -> [u8; TAG_LEN] {
    key.short_tag(
        &Message::new("viral-engine/recap-page/v2")
            .bytes(parent.as_bytes())
            .bytes(&day_bytes(week))
            .text(to),
    )
}

fn day_bytes(week: Week) -> [u8; DAY_LEN] {
    week.first().num_days_from_ce().to_be_bytes()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const PARENT: Uuid = Uuid::from_u128(17);

    fn keys(secrets: &[&[u8]]) -> PageKeys {
        PageKeys::derive(secrets.iter().copied())
    }

    fn week() -> Week {
        Week::new("2026-03-09".parse().unwrap()).unwrap()
    }

    fn address(text: &str) -> Address {
        Address::parse(text).unwrap()
    }

    /// The text that is mailed to Ada.
    fn mailed(keys: &PageKeys, parent: Uuid) -> String {
        let token = keys.token(parent, week(), &address("ada@example.org"));
        token.unwrap().text()
    }

    /// What a text opens when the parent has this address.
    fn opened(keys: &PageKeys, text: &str, to: &str) -> Option<(Uuid, Week)> {
        let token = PageToken::parse(text)?;
        let is_ours = keys.made(&token, &address(to));
        is_ours.then(|| (token.parent(), token.week()))
    }

    #[test]
    fn a_token_names_parent_and_week_and_not_the_address() {
        let keys = keys(&[&[7; 32]]);
        let text = mailed(&keys, PARENT);
        assert_eq!(text.len(), 48);
        let found = opened(&keys, &text, "ada@example.org");
        assert_eq!(found, Some((PARENT, week())));
        let read = PageToken::parse(&text).unwrap();
        assert_eq!(read.text(), text);
    }

    #[test]
    fn a_token_opens_nothing_for_another_address_than_it_was_mailed_to() {
        let keys = keys(&[&[7; 32]]);
        let text = mailed(&keys, PARENT);
        for same in ["ADA@example.org", "Ada@Example.ORG"] {
            assert!(opened(&keys, &text, same).is_some(), "{same}");
        }
        for other in [
            "ada.new@example.org",
            "ada@example.net",
            "ada+a@example.org",
        ] {
            assert_eq!(opened(&keys, &text, other), None, "{other}");
        }
    }

    #[test]
    fn a_token_of_a_replaced_key_still_works_while_that_is_known() {
        let text = mailed(&keys(&[&[7; 32]]), PARENT);
        let opens = |secrets: &[&[u8]]| opened(&keys(secrets), &text, "ada@example.org").is_some();
        assert!(opens(&[&[8; 32], &[7; 32]]));
        assert!(!opens(&[&[8; 32]]));
        assert!(!opens(&[]));
        let none = keys(&[]).token(PARENT, week(), &address("ada@example.org"));
        assert_eq!(none, None);
    }

    proptest! {
        #[test]
        fn a_token_changed_anywhere_is_refused(id in any::<u128>(), at in 0_usize..36, bit in 0_u8..8) {
            let keys = keys(&[&[7; 32]]);
            let mut bytes = URL_SAFE_NO_PAD.decode(mailed(&keys, Uuid::from_u128(id))).unwrap();
            bytes[at] ^= 1 << bit;
            let changed = URL_SAFE_NO_PAD.encode(bytes);
            prop_assert_eq!(opened(&keys, &changed, "ada@example.org"), None);
        }

        #[test]
        fn whatever_is_no_token_is_refused(text in "\\PC{0,80}", bytes in prop::collection::vec(any::<u8>(), 36)) {
            let keys = keys(&[&[7; 32]]);
            for text in [text, URL_SAFE_NO_PAD.encode(bytes)] {
                prop_assert_eq!(opened(&keys, &text, "ada@example.org"), None);
            }
        }
    }
}

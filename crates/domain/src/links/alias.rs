//! Aliases: short names for links that are read aloud or printed on a poster.
//!
//! A minted alias has 12 characters of an alphabet without look-alikes (no `0 o 1 i l`) and without vowels,
//! so that chance never spells a word on a children's platform: 28¹² names, 57.7 bits. That is less than a
//! token, which is why misses are rate limited and children's links never get one. A wished word is the
//! caller's own choice within the limits here; whether it holds personal information is checked elsewhere.

use std::fmt;

/// Characters of a minted alias.
pub const MINTED_CHARS: usize = 12;
/// Shortest wished word.
pub const MIN_CHARS: usize = 3;
/// Longest wished word. Below the length of a token, so the two can not be confused.
pub const MAX_CHARS: usize = 20;

const ALPHABET: &[u8; 28] = b"23456789bcdfghjkmnpqrstvwxyz";

/// Words that would let a link pose as the platform itself, or that the routes may need one day.
#[rustfmt::skip]
const RESERVED: &[&str] = &[
    "about", "abuse", "account", "admin", "administrator", "api", "app", "assets", "auth", "billing",
    "click", "consent", "contact", "dashboard", "delete", "docs", "download", "favicon", "healthz", "help",
    "home", "index", "invite", "link", "links", "login", "logout", "mcp", "metrics", "moderator", "new",
    "null", "official", "operator", "password", "payment", "preview", "privacy", "readyz", "recap",
    "register", "reset", "revoke", "robots", "root", "safety", "security", "settings", "setup", "signin",
    "signup", "staff", "static", "status", "support", "system", "terms", "undefined", "unsubscribe",
    "verify", "viral-engine", "well-known", "www",
];

/// A short name of a link, in lower case.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Alias(String);

/// Why a wished word can not be an alias.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AliasError {
    #[error("an alias has 3 to 20 characters")]
    Length,
    #[error("an alias has only the letters a to z, digits and single hyphens between them")]
    Characters,
    #[error(
        "an alias needs at least one letter, since a bare number looks like a phone number or an id"
    )]
    NoLetter,
    #[error("this alias is reserved; choose another word")]
    Reserved,
}

impl AliasError {
    /// The stable code for API answers.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Length => "alias_length",
            Self::Characters => "alias_characters",
            Self::NoLetter => "alias_no_letter",
            Self::Reserved => "alias_reserved",
        }
    }
}

impl Alias {
    /// Mints an alias of random bytes, every name that has a letter being equally likely.
    ///
    /// Bytes above the largest multiple of 28 are skipped, since a remainder would favour some characters.
    /// `None` asks for other bytes: too few were given (32 practically always suffice) or, three times in ten
    /// million, the name would have been a bare number.
    #[must_use]
    pub fn mint(random: &[u8]) -> Option<Self> {
        let size = ALPHABET.len();
        let unbiased = 256 - 256 % size;
        let name: String = random
            .iter()
            .map(|&byte| usize::from(byte))
            .filter(|&value| value < unbiased)
            .map(|value| char::from(ALPHABET[value % size]))
            .take(MINTED_CHARS)
            .collect();
        if name.len() != MINTED_CHARS {
            return None;
        }
        Self::well_formed(&name).ok()
    }

    /// Accepts a wished word, in lower case.
    ///
    /// # Errors
    /// When the word is too short or long, has other characters, no letter, or is reserved.
    pub fn wish(word: &str) -> Result<Self, AliasError> {
        let alias = Self::well_formed(word)?;
        if RESERVED.contains(&alias.0.as_str()) {
            return Err(AliasError::Reserved);
        }
        Ok(alias)
    }

    /// Reads an alias from a path: any well-formed name may exist, even one reserved later.
    #[must_use]
    pub fn from_path(segment: &str) -> Option<Self> {
        Self::well_formed(segment).ok()
    }

    /// The alias as written in URLs.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    fn well_formed(word: &str) -> Result<Self, AliasError> {
        if !(MIN_CHARS..=MAX_CHARS).contains(&word.chars().count()) {
            return Err(AliasError::Length);
        }
        let word = word.to_ascii_lowercase();
        let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-';
        if !word.bytes().all(known) || word.split('-').any(str::is_empty) {
            return Err(AliasError::Characters);
        }
        if !word.bytes().any(|b| b.is_ascii_lowercase()) {
            return Err(AliasError::NoLetter);
        }
        Ok(Self(word))
    }
}

impl fmt::Display for Alias {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_character_is_minted_equally_often() {
        // Each of the 256 byte values once: every character must appear 252 / 28 = 9 times.
        let mut counts = std::collections::BTreeMap::new();
        for value in 0..=255_u8 {
            let mut bytes = [value; 12];
            bytes[0] = 8; // a letter, so that digits are kept
            if let Some(alias) = Alias::mint(&bytes) {
                *counts.entry(alias.as_str().as_bytes()[1]).or_insert(0) += 1;
            }
        }
        assert_eq!(counts.len(), 28);
        assert!(counts.values().all(|&count| count == 9), "{counts:?}");
    }

    #[test]
    fn too_few_usable_bytes_or_a_bare_number_ask_for_others() {
        assert_eq!(Alias::mint(&[1; 11]), None);
        assert_eq!(Alias::mint(&[255; 64]), None);
        assert_eq!(Alias::mint(&[3; 32]), None, "555555555555");
        assert_eq!(
            Alias::mint(&[8; 32]).map(|a| a.to_string()).as_deref(),
            Some("bbbbbbbbbbbb")
        );
    }

    #[test]
    fn wished_words_are_lowered_and_checked() {
        assert_eq!(
            Alias::wish("Summer-Quiz").map(|a| a.to_string()),
            Ok("summer-quiz".to_owned())
        );
        for (word, error) in [
            ("ab", AliasError::Length),
            ("abcdefghijklmnopqrstu", AliasError::Length),
            ("quiz_1", AliasError::Characters),
            ("-quiz", AliasError::Characters),
            ("quiz-", AliasError::Characters),
            ("qu--iz", AliasError::Characters),
            ("quíz", AliasError::Characters),
            ("qu iz", AliasError::Characters),
            ("a/../b", AliasError::Characters),
            ("491701234567", AliasError::NoLetter),
            ("ADMIN", AliasError::Reserved),
        ] {
            assert_eq!(Alias::wish(word), Err(error), "{word}");
        }
    }

    #[test]
    fn reserved_words_are_well_formed_so_the_list_can_refuse_them() {
        for word in RESERVED {
            assert_eq!(Alias::wish(word), Err(AliasError::Reserved), "{word}");
        }
    }

    proptest! {
        #[test]
        fn a_minted_alias_is_found_again_and_is_never_a_token(bytes: [u8; 32]) {
            if let Some(alias) = Alias::mint(&bytes) {
                prop_assert_eq!(Alias::from_path(alias.as_str()), Some(alias.clone()));
                prop_assert!(alias.as_str().parse::<crate::links::LinkToken>().is_err());
                prop_assert!(!alias.as_str().contains(['0', 'o', '1', 'i', 'l', 'a', 'e', 'u']));
            }
        }
    }
}

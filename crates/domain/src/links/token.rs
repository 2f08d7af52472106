//! The token of a link: 128 random bits from the operating system, written as 22 URL-safe characters.
//!
//! It is not derived from a user, a counter or the time, so having one link tells nothing about another.
//! Only the canonical spelling is read: base64 of 16 bytes leaves four unused bits in the last character, and
//! accepting any value there would give every link 16 names (and so 16 cache entries).

use std::fmt;
use std::str::FromStr;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

/// Random bytes in a token.
pub const TOKEN_BYTES: usize = 16;

/// Characters of a written token.
pub const TOKEN_CHARS: usize = 22;

/// The unguessable name of a link.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct LinkToken([u8; TOKEN_BYTES]);

/// The text is not the canonical spelling of a token.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a link token: expected 22 URL-safe base64 characters, as the engine wrote them")]
pub struct NotAToken;

impl LinkToken {
    /// Makes a token of bytes that the caller drew from the operating system's generator.
    #[must_use]
    pub fn from_random(bytes: [u8; TOKEN_BYTES]) -> Self {
        Self(bytes)
    }

    /// The 16 bytes, for the signature and for binary columns.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; TOKEN_BYTES] {
        &self.0
    }
}

impl FromStr for LinkToken {
    type Err = NotAToken;

    fn from_str(text: &str) -> Result<Self, NotAToken> {
        if text.len() != TOKEN_CHARS {
            return Err(NotAToken);
        }
        // This engine refuses padding, other alphabets and unused bits that are not zero.
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAToken)?;
        Ok(Self(bytes.try_into().map_err(|_| NotAToken)?))
    }
}

impl fmt::Display for LinkToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&URL_SAFE_NO_PAD.encode(self.0))
    }
}

impl fmt::Debug for LinkToken {
    /// Whoever knows a token can follow the link, so logs get only enough of it to recognise it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = URL_SAFE_NO_PAD.encode(self.0);
        write!(f, "LinkToken({}…)", text.get(..4).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_the_canonical_spelling_is_read() {
        let text = LinkToken::from_random([0; 16]).to_string();
        assert_eq!(text, "AAAAAAAAAAAAAAAAAAAAAA");
        // The last character carries two bits: B, C … P decode to the same bytes in lenient readers.
        for last in "BCDEFGHIJKLMNOP".chars() {
            let other = format!("AAAAAAAAAAAAAAAAAAAAA{last}");
            assert_eq!(other.parse::<LinkToken>(), Err(NotAToken), "{other}");
        }
        for other in [
            "AAAAAAAAAAAAAAAAAAAAAA==",
            "AAAAAAAAAAAAAAAAAAAAA",
            " AAAAAAAAAAAAAAAAAAAAA",
            "++++++++++++++++++++++",
            "éAAAAAAAAAAAAAAAAAAAA",
        ] {
            assert_eq!(other.parse::<LinkToken>(), Err(NotAToken), "{other}");
        }
    }

    #[test]
    fn a_debugged_token_can_not_be_followed() {
        let token = LinkToken::from_random([0xab; 16]);
        assert!(!format!("{token:?}").contains(&token.to_string()));
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(bytes: [u8; 16]) {
            let token = LinkToken::from_random(bytes);
            let text = token.to_string();
            prop_assert_eq!(text.len(), TOKEN_CHARS);
            prop_assert!(text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_'));
            prop_assert_eq!(text.parse::<LinkToken>(), Ok(token));
        }

        #[test]
        fn a_text_that_is_read_is_written_the_same(text in "[A-Za-z0-9_-]{22}") {
            if let Ok(token) = text.parse::<LinkToken>() {
                prop_assert_eq!(token.to_string(), text);
            }
        }
    }
}

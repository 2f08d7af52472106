//! The keys that sign links. The first one signs, all of them verify, so a key is rotated by putting a new one
//! in front and dropping the old one when the last link it signed has expired.
//!
//! Configuration is `kid:secret,kid2:secret`, each secret at least 32 random bytes in hex or base64. Errors name
//! the position of an entry, never its text: a secret typed into the wrong place must not end up in a log.

use std::fmt;

use base64::Engine;
use base64::alphabet;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::links::signature::{ForgedLink, LinkFields, LinkSignature};
use crate::mac::{MacKey, constant_time_eq};

/// Shortest secret in bytes: as long as the MAC, so that guessing the key is not easier than guessing the MAC.
pub const MIN_SECRET_BYTES: usize = 32;
/// Longest secret in bytes; more is a mistake in the configuration.
pub const MAX_SECRET_BYTES: usize = 1024;
/// Most keys in a ring.
pub const MAX_KEYS: usize = 16;
/// Longest key id in characters.
const MAX_KEY_ID: usize = 32;

const LENIENT: GeneralPurposeConfig =
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent);
const STANDARD: GeneralPurpose = GeneralPurpose::new(&alphabet::STANDARD, LENIENT);
const URL_SAFE: GeneralPurpose = GeneralPurpose::new(&alphabet::URL_SAFE, LENIENT);

/// Keys for signing links. Printing it shows key ids only.
#[derive(Clone)]
pub struct KeyRing {
    signing: NamedKey,
    retired: Vec<NamedKey>,
}

#[derive(Clone)]
struct NamedKey {
    id: String,
    key: MacKey,
}

/// What is wrong with the configured keys. Entries are counted from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum KeyRingError {
    #[error(
        "no link signing key is configured; set one as `kid:secret` with 32 random bytes in base64 or hex"
    )]
    Missing,
    #[error("more than 16 link signing keys; drop those whose links have expired")]
    TooMany,
    #[error("link signing key {position} has no key id; write `kid:secret`")]
    NoKeyId { position: usize },
    #[error(
        "the id of link signing key {position} must be 1 to 32 characters of a-z, 0-9, `-` and `_`"
    )]
    BadKeyId { position: usize },
    #[error("link signing key {position} repeats an earlier key id; give each key its own")]
    RepeatedKeyId { position: usize },
    #[error("the secret of link signing key {position} is neither hex nor base64")]
    Encoding { position: usize },
    #[error("the secret of link signing key {position} has {bytes} bytes; 32 to 1024 are needed")]
    Length { position: usize, bytes: usize },
    #[error("the secret of link signing key {position} repeats one byte; use random bytes")]
    NotRandom { position: usize },
}

impl KeyRing {
    /// Reads the configuration format.
    ///
    /// # Errors
    /// When there is no key, or one is unnamed, repeated, unreadable, too short or evidently not random.
    pub fn parse(configuration: &str) -> Result<Self, KeyRingError> {
        let mut keys: Vec<NamedKey> = Vec::new();
        let entries = configuration
            .split(',')
            .map(str::trim)
            .filter(|entry| !entry.is_empty());
        for (entry, position) in entries.zip(1..) {
            if position > MAX_KEYS {
                return Err(KeyRingError::TooMany);
            }
            let key = parse_entry(entry, position)?;
            if keys.iter().any(|other| other.id == key.id) {
                return Err(KeyRingError::RepeatedKeyId { position });
            }
            keys.push(key);
        }
        let mut keys = keys.into_iter();
        let signing = keys.next().ok_or(KeyRingError::Missing)?;
        Ok(Self {
            signing,
            retired: keys.collect(),
        })
    }

    /// Writes a new key in the configuration format, for the set-up that generates one.
    #[must_use]
    pub fn format_entry(key_id: &str, secret: &[u8; MIN_SECRET_BYTES]) -> String {
        format!("{key_id}:{}", hex::encode(secret))
    }

    /// Signs a link with the first key.
    #[must_use]
    pub fn sign(&self, fields: &LinkFields<'_>) -> LinkSignature {
        LinkSignature {
            key_id: self.signing.id.clone(),
            mac: self.signing.key.tag(&fields.canonical()),
        }
    }

    /// Checks that a link is as it was signed, comparing in constant time.
    ///
    /// # Errors
    /// When the key is unknown or the fields are not those that were signed.
    pub fn verify(
        &self,
        fields: &LinkFields<'_>,
        signature: &LinkSignature,
    ) -> Result<(), ForgedLink> {
        let named = self
            .keys()
            .find(|named| named.id == signature.key_id)
            .ok_or(ForgedLink::UnknownKey)?;
        let expected = named.key.tag(&fields.canonical());
        if constant_time_eq(&expected, &signature.mac) {
            Ok(())
        } else {
            Err(ForgedLink::Mismatch)
        }
    }

    /// Checks a signature as it is stored.
    ///
    /// # Errors
    /// As [`KeyRing::verify`], or when the text is not a signature.
    pub fn verify_text(&self, fields: &LinkFields<'_>, signature: &str) -> Result<(), ForgedLink> {
        self.verify(fields, &signature.parse()?)
    }

    /// The ids of all keys, the signing one first.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.keys().map(|named| named.id.as_str())
    }

    fn keys(&self) -> impl Iterator<Item = &NamedKey> {
        std::iter::once(&self.signing).chain(&self.retired)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.key_ids()).finish()
    }
}

fn parse_entry(entry: &str, position: usize) -> Result<NamedKey, KeyRingError> {
    let (id, secret) = entry
        .split_once(':')
        .ok_or(KeyRingError::NoKeyId { position })?;
    let known = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-' || b == b'_';
    if id.is_empty() || id.len() > MAX_KEY_ID || !id.bytes().all(known) {
        return Err(KeyRingError::BadKeyId { position });
    }
    let secret = decode_secret(secret.trim()).ok_or(KeyRingError::Encoding { position })?;
    if !(MIN_SECRET_BYTES..=MAX_SECRET_BYTES).contains(&secret.len()) {
        return Err(KeyRingError::Length {
            position,
            bytes: secret.len(),
        });
    }
    if secret.iter().all(|byte| Some(byte) == secret.first()) {
        return Err(KeyRingError::NotRandom { position });
    }
    Ok(NamedKey {
        id: id.to_owned(),
        key: MacKey::new(&secret),
    })
}

/// Reads a secret as it is written in the configuration; `None` when it is neither hex nor base64.
///
/// Hex when every character is a hex digit and they come in pairs, else base64 in either alphabet, padded or
/// not. 32 random bytes in base64 look like hex once in 10²⁸ times, so the order decides nothing in practice.
#[must_use]
pub fn decode_secret(text: &str) -> Option<Vec<u8>> {
    hex::decode(text)
        .ok()
        .or_else(|| STANDARD.decode(text).ok())
        .or_else(|| URL_SAFE.decode(text).ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEX: &str = "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f";
    const BASE64: &str = "_____wECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxw";

    fn refused(configuration: &str) -> KeyRingError {
        KeyRing::parse(configuration).expect_err("a refusal")
    }

    #[test]
    fn the_first_key_signs_and_all_are_listed() {
        let ring = KeyRing::parse(&format!("new:{HEX}, old:{BASE64},")).expect("two keys");
        assert_eq!(ring.key_ids().collect::<Vec<_>>(), ["new", "old"]);
    }

    #[test]
    fn hex_and_every_spelling_of_base64_give_the_same_key() {
        let hex = HEX.to_uppercase();
        let standard = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
        for text in [HEX, &hex, standard, standard.trim_end_matches('=')] {
            assert_eq!(decode_secret(text), Some((0..32).collect()), "{text}");
        }
        assert_eq!(
            decode_secret(BASE64),
            decode_secret(&BASE64.replace('_', "/"))
        );
    }

    #[test]
    fn a_generated_key_is_read_back() {
        let secret: [u8; 32] = std::array::from_fn(|index| index as u8);
        let entry = KeyRing::format_entry("k1", &secret);
        assert!(KeyRing::parse(&entry).is_ok(), "{entry}");
    }

    #[test]
    fn missing_unnamed_short_and_evidently_bad_keys_are_refused() {
        assert_eq!(refused(""), KeyRingError::Missing);
        assert_eq!(refused(" , "), KeyRingError::Missing);
        assert_eq!(refused(HEX), KeyRingError::NoKeyId { position: 1 });
        assert_eq!(
            refused(&format!(":{HEX}")),
            KeyRingError::BadKeyId { position: 1 }
        );
        assert_eq!(
            refused(&format!("A b:{HEX}")),
            KeyRingError::BadKeyId { position: 1 }
        );
        assert_eq!(
            refused(&format!("a:{HEX},a:{BASE64}")),
            KeyRingError::RepeatedKeyId { position: 2 }
        );
        assert_eq!(
            refused("a:not!a?secret"),
            KeyRingError::Encoding { position: 1 }
        );
        assert_eq!(
            refused(&format!("a:{}", &HEX[..62])),
            KeyRingError::Length {
                position: 1,
                bytes: 31
            }
        );
        assert_eq!(
            refused("a:"),
            KeyRingError::Length {
                position: 1,
                bytes: 0
            }
        );
        assert_eq!(
            refused(&format!("a:{}", "00".repeat(32))),
            KeyRingError::NotRandom { position: 1 }
        );
        let many: Vec<String> = (0..17).map(|n| format!("k{n}:{HEX}")).collect();
        assert_eq!(refused(&many.join(",")), KeyRingError::TooMany);
    }

    #[test]
    fn no_error_and_no_debug_output_shows_a_secret() {
        let secret = &HEX[..40];
        for configuration in [
            secret.to_owned(),
            format!("{secret}:kid"),
            format!("kid:{secret}"),
            format!("kid:!{secret}"),
            format!("KID:{secret}"),
        ] {
            let error = refused(&configuration);
            assert!(
                !format!("{error} {error:?}").contains(&secret[..8]),
                "{error}"
            );
        }
        let ring = KeyRing::parse(&format!("kid:{HEX}")).expect("a key");
        assert_eq!(format!("{ring:?}"), r#"{"kid"}"#);
    }
}

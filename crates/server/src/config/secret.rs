//! Text that must not be seen.

use std::fmt;

use viral_engine_domain::links::key_ring::decode_secret;
use viral_engine_service::config::SecretKey;
use zeroize::Zeroizing;

/// A secret from the configuration: printed as `***`, wiped when dropped.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(Zeroizing<String>);

impl Secret {
    /// Wraps the text.
    pub fn new(text: impl Into<String>) -> Self {
        Self(Zeroizing::new(text.into()))
    }

    /// The text, for the one place that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

/// Reads a key of 32 random bytes.
///
/// # Errors
/// What is wrong with it, without a word of it.
pub(super) fn secret_key(text: &str) -> Result<SecretKey, String> {
    let bytes = decode_secret(text)
        .map(Zeroizing::new)
        .ok_or("it is neither hex nor base64")?;
    let key: [u8; 32] = bytes
        .as_slice()
        .try_into()
        .map_err(|_| format!("it has {} bytes", bytes.len()))?;
    if key.iter().all(|byte| *byte == key[0]) {
        return Err("it repeats one byte".to_owned());
    }
    Ok(SecretKey::new(key))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_never_prints_itself() {
        let secret = Secret::new("hunter2");
        assert_eq!(
            format!("{secret} {secret:?} {:?}", Some(&secret)),
            "*** *** Some(***)"
        );
        assert_eq!(secret.expose(), "hunter2");
    }

    #[test]
    fn short_unreadable_and_monotonous_keys_are_refused_without_being_quoted() {
        for (text, reason) in [
            ("abcd".to_owned(), "it has 2 bytes"),
            ("not hex!".to_owned(), "it is neither hex nor base64"),
            ("00".repeat(32), "it repeats one byte"),
            ("0f1e".repeat(17), "it has 34 bytes"),
        ] {
            let error = secret_key(&text).unwrap_err();
            assert_eq!(error, reason);
        }
        assert!(secret_key(&"0f1e".repeat(16)).is_ok());
    }
}

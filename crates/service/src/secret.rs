//! Random secrets that are shown once and stored as a hash.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use zeroize::Zeroizing;

use crate::error::{ServiceError, ServiceResult};

/// A secret text that is wiped when dropped and can not be printed.
#[derive(Clone)]
pub struct SecretText(Zeroizing<String>);

impl SecretText {
    /// Wraps a secret that came in.
    pub fn new(text: String) -> Self {
        Self(Zeroizing::new(text))
    }

    /// 256 random bits in base64url behind `prefix`.
    ///
    /// # Errors
    /// When the system has no randomness.
    pub fn random(prefix: &str) -> ServiceResult<Self> {
        let bytes = Zeroizing::new(random_bytes::<32>()?);
        Ok(Self::new(format!(
            "{prefix}{}",
            URL_SAFE_NO_PAD.encode(bytes.as_slice())
        )))
    }

    /// The text, for the one answer or cookie that carries it.
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What is stored of it.
    pub fn hash(&self) -> [u8; 32] {
        hash(&self.0)
    }
}

impl std::fmt::Debug for SecretText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretText(***)")
    }
}

/// SHA-256 of a secret with 256 random bits: nothing to guess, so no salt and no slow hash.
pub fn hash(secret: &str) -> [u8; 32] {
    Sha256::digest(secret.as_bytes()).into()
}

/// Bytes from the operating system's generator.
///
/// # Errors
/// When it has none.
pub fn random_bytes<const N: usize>() -> ServiceResult<[u8; N]> {
    let mut bytes = [0_u8; N];
    getrandom::fill(&mut bytes)
        .map_err(|error| ServiceError::Internal(format!("no randomness: {error}")))?;
    Ok(bytes)
}

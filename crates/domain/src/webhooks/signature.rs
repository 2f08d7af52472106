//! Signatures of Standard Webhooks: HMAC-SHA256 over `id.timestamp.body`.
//!
//! The headers are `webhook-id`, `webhook-timestamp` (seconds since 1970) and `webhook-signature`, which holds one
//! signature for each secret in force, separated by spaces: while a secret is replaced, a receiver with either one
//! finds its own among them. Ids never hold a dot, so that the three parts can not be moved into one another.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use chrono::{DateTime, TimeDelta, Utc};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use subtle::{Choice, ConstantTimeEq};
use thiserror::Error;
use zeroize::Zeroizing;

/// What a secret begins with, as the standard has it.
const PREFIX: &str = "whsec_";
/// What a signature begins with: the version of the scheme with a shared secret.
const VERSION: &str = "v1,";
/// Bytes of a secret: 192 to 512 bits, says the standard.
const LENGTHS: std::ops::RangeInclusive<usize> = 24..=64;
/// How far a timestamp may lie from now: older messages are replays, and later ones come from no clock of ours.
pub const TOLERANCE: TimeDelta = TimeDelta::minutes(5);

/// A secret shared with one receiver. It is wiped when dropped and can not be printed.
#[derive(Clone)]
pub struct SigningSecret(Zeroizing<Vec<u8>>);

/// Why a text is no secret.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SecretError {
    /// Another prefix, or none.
    #[error("a secret begins with whsec_")]
    Prefix,
    /// Not base64 behind it.
    #[error("a secret is base64 behind whsec_")]
    Encoding,
    /// Too few or too many bytes.
    #[error("a secret has 24 to 64 bytes")]
    Length,
}

impl SigningSecret {
    /// A secret of these bytes.
    ///
    /// # Errors
    /// [`SecretError::Length`] unless they are 24 to 64.
    pub fn new(bytes: &[u8]) -> Result<Self, SecretError> {
        if LENGTHS.contains(&bytes.len()) {
            Ok(Self(Zeroizing::new(bytes.to_vec())))
        } else {
            Err(SecretError::Length)
        }
    }

    /// Reads a secret as it is shown.
    ///
    /// # Errors
    /// What is wrong with it, without the text.
    pub fn parse(text: &str) -> Result<Self, SecretError> {
        let encoded = text.strip_prefix(PREFIX).ok_or(SecretError::Prefix)?;
        let bytes = STANDARD
            .decode(encoded)
            .map_err(|_| SecretError::Encoding)?;
        Self::new(&Zeroizing::new(bytes))
    }

    /// The secret as it is shown, once, and as it is sealed.
    #[must_use]
    pub fn expose(&self) -> Zeroizing<String> {
        Zeroizing::new(format!("{PREFIX}{}", STANDARD.encode(self.0.as_slice())))
    }

    fn tag(&self, id: &str, timestamp: i64, body: &[u8]) -> [u8; 32] {
        let mut mac = keyed(&self.0);
        mac.update(id.as_bytes());
        mac.update(b".");
        mac.update(timestamp.to_string().as_bytes());
        mac.update(b".");
        mac.update(body);
        mac.finalize().into_bytes().into()
    }
}

/// At most a block long, so that padding with zeros is all RFC 2104 asks for.
fn keyed(secret: &[u8]) -> Hmac<Sha256> {
    let mut block = [0_u8; 64];
    for (place, byte) in block.iter_mut().zip(secret) {
        *place = *byte;
    }
    Hmac::new(&block.into())
}

impl fmt::Debug for SigningSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SigningSecret(***)")
    }
}

/// The signature by one secret, `v1,…`. The timestamp is in seconds since 1970.
#[must_use]
pub fn sign(secret: &SigningSecret, id: &str, timestamp: i64, body: &[u8]) -> String {
    let tag = secret.tag(id, timestamp, body);
    format!("{VERSION}{}", STANDARD.encode(tag))
}

/// The value of `webhook-signature`: a signature for each secret, in their order.
#[must_use]
pub fn signatures(secrets: &[SigningSecret], id: &str, timestamp: i64, body: &[u8]) -> String {
    let signed = secrets
        .iter()
        .map(|secret| sign(secret, id, timestamp, body));
    signed.collect::<Vec<_>>().join(" ")
}

/// Why a message is not to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum VerifyError {
    /// Too old, or from the future.
    #[error("the timestamp is more than five minutes away")]
    Timestamp,
    /// By no secret in force.
    #[error("no signature is by a known secret")]
    Signature,
}

/// Whether one of the signatures is by one of the secrets, and the timestamp within [`TOLERANCE`] of `now`. Takes as
/// long whichever of them matches.
///
/// # Errors
/// Why the message is not to be believed.
pub fn verify(
    secrets: &[SigningSecret],
    id: &str,
    timestamp: i64,
    body: &[u8],
    signatures: &str,
    now: DateTime<Utc>,
) -> Result<(), VerifyError> {
    if now.timestamp().abs_diff(timestamp) > TOLERANCE.num_seconds().unsigned_abs() {
        return Err(VerifyError::Timestamp);
    }
    let given: Vec<Vec<u8>> = signatures
        .split(' ')
        .filter_map(|signature| STANDARD.decode(signature.strip_prefix(VERSION)?).ok())
        .collect();
    let mut found = Choice::from(0);
    for secret in secrets {
        let expected = secret.tag(id, timestamp, body);
        for signature in &given {
            found |= expected.as_slice().ct_eq(signature);
        }
    }
    match found.into() {
        true => Ok(()),
        false => Err(VerifyError::Signature),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const BODY: &[u8] = br#"{"test": 2432232314}"#;

    fn published() -> SigningSecret {
        SigningSecret::parse("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw").expect("a secret")
    }

    fn at(timestamp: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(timestamp, 0).expect("a time")
    }

    #[test]
    fn agrees_with_the_vector_that_the_libraries_of_the_standard_publish() {
        assert_eq!(
            sign(
                &published(),
                "msg_p5jXN8AQM9LWM0D4loKWxJek",
                1_614_265_330,
                BODY
            ),
            "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
        );
    }

    #[test]
    fn a_timestamp_counts_up_to_five_minutes_away_and_not_a_second_more() {
        let secrets = [published()];
        let signed = signatures(&secrets, "m", 1_000, BODY);
        let checked = |now| verify(&secrets, "m", 1_000, BODY, &signed, at(now));
        for now in [700, 1_000, 1_300] {
            assert_eq!(checked(now), Ok(()), "{now}");
        }
        for now in [699, 1_301] {
            assert_eq!(checked(now), Err(VerifyError::Timestamp), "{now}");
        }
    }

    #[test]
    fn what_is_no_secret_is_refused_without_being_shown() {
        for (text, error) in [
            ("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", SecretError::Prefix),
            ("whsec_!", SecretError::Encoding),
            ("whsec_AAAA", SecretError::Length),
        ] {
            assert_eq!(SigningSecret::parse(text).unwrap_err(), error);
        }
        assert_eq!(format!("{:?}", published()), "SigningSecret(***)");
        assert!(SigningSecret::new(&[0; 65]).is_err());
    }

    proptest! {
        #[test]
        fn a_secret_reads_back_as_it_is_shown(bytes in prop::collection::vec(any::<u8>(), 24..=64)) {
            let secret = SigningSecret::new(&bytes).expect("a secret");
            let again = SigningSecret::parse(&secret.expose()).expect("a secret");
            prop_assert_eq!(secret.expose(), again.expose());
        }

        #[test]
        fn either_secret_verifies_while_one_replaces_the_other(
            old: [u8; 32], new: [u8; 32], body: Vec<u8>, timestamp in 0_i64..4_000_000_000,
        ) {
            let old = SigningSecret::new(&old).expect("a secret");
            let new = SigningSecret::new(&new).expect("a secret");
            let both = signatures(&[new.clone(), old.clone()], "id", timestamp, &body);
            for one in [old, new] {
                prop_assert!(verify(&[one], "id", timestamp, &body, &both, at(timestamp)).is_ok());
            }
        }

        #[test]
        fn nothing_of_a_message_can_be_changed(
            key: [u8; 32], body in prop::collection::vec(any::<u8>(), 1..200), place: prop::sample::Index,
        ) {
            let secrets = [SigningSecret::new(&key).expect("a secret")];
            let signed = signatures(&secrets, "id", 1_000, &body);
            let refused = |id, timestamp, body: &[u8], signed: &str| {
                verify(&secrets, id, timestamp, body, signed, at(1_000)) == Err(VerifyError::Signature)
            };
            let mut altered = body.clone();
            altered[place.index(body.len())] ^= 1;
            prop_assert!(refused("id", 1_000, &altered, &signed));
            prop_assert!(refused("ie", 1_000, &body, &signed));
            prop_assert!(refused("id", 1_001, &body, &signed));
            prop_assert!(refused("id", 1_000, &body, &signed.replacen("v1,", "v2,", 1)));
            prop_assert!(refused("id", 1_000, &body, ""));
        }

        #[test]
        fn no_header_makes_verification_panic(header: String, id: String, timestamp: i64) {
            let refused = verify(&[published()], &id, timestamp, BODY, &header, at(0));
            prop_assert!(refused.is_err());
        }
    }
}

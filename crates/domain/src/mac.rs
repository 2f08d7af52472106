//! Keyed hashing shared by every area that signs or pseudonymises: HMAC-SHA256 (RFC 2104) over a
//! canonical, length-prefixed encoding.
//!
//! Concatenating fields before hashing lets `("ab", "c")` and `("a", "bc")` share a MAC. Here every field
//! carries its own length and every message starts with a label that names its purpose and version, so two
//! different messages never have the same bytes and a MAC made for one purpose is worthless for another.

use std::fmt;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

/// Length of a full MAC in bytes.
pub const MAC_LEN: usize = 32;

/// Block size of SHA-256, which is the size RFC 2104 pads keys to.
const BLOCK_LEN: usize = 64;

/// A key for HMAC-SHA256. It keeps the keyed hash state, never shows itself and is never serialised.
#[derive(Clone)]
pub struct MacKey(Hmac<Sha256>);

impl MacKey {
    /// Accepts a secret of any length, as RFC 2104 does. What length is long enough is the caller's policy.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        let mut block = [0_u8; BLOCK_LEN];
        if secret.len() > BLOCK_LEN {
            block[..MAC_LEN].copy_from_slice(&Sha256::digest(secret));
        } else {
            block[..secret.len()].copy_from_slice(secret);
        }
        Self(Hmac::new(&block.into()))
    }

    /// The MAC of a message.
    #[must_use]
    pub fn tag(&self, message: &Message) -> [u8; MAC_LEN] {
        let mut state = self.0.clone();
        state.update(&message.0);
        state.finalize().into_bytes().into()
    }

    /// The first `N` bytes of the MAC, for identifiers that need not be 32 bytes long.
    #[must_use]
    pub fn short_tag<const N: usize>(&self, message: &Message) -> [u8; N] {
        const { assert!(N <= MAC_LEN) };
        let tag = self.tag(message);
        std::array::from_fn(|index| tag[index])
    }

    /// A key that is only good for the purpose, and the period, that the message names.
    #[must_use]
    pub fn derive(&self, message: &Message) -> Self {
        Self::new(&self.tag(message))
    }
}

impl fmt::Debug for MacKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MacKey([redacted])")
    }
}

/// Whether two byte strings are equal, in a time that depends on their lengths only.
#[must_use]
pub fn constant_time_eq(left: &[u8], right: &[u8]) -> bool {
    left.ct_eq(right).into()
}

/// The canonical bytes of a message: a label, then its fields in a fixed order, each with its length.
#[derive(Clone, PartialEq, Eq)]
pub struct Message(Vec<u8>);

impl Message {
    /// Starts a message. The label names purpose and version (`viral-engine/link/v1`); change the version
    /// whenever the list of fields changes.
    #[must_use]
    pub fn new(label: &'static str) -> Self {
        Self(Vec::with_capacity(256)).bytes(label.as_bytes())
    }

    /// Adds a field: its length as 8 bytes, big-endian, then the field.
    #[must_use]
    pub fn bytes(mut self, field: &[u8]) -> Self {
        self.0
            .extend_from_slice(&(field.len() as u64).to_be_bytes());
        self.0.extend_from_slice(field);
        self
    }

    /// Adds a text as its UTF-8 bytes.
    #[must_use]
    pub fn text(self, field: &str) -> Self {
        self.bytes(field.as_bytes())
    }

    /// Adds a field that may be absent; an absent one differs from an empty one.
    #[must_use]
    pub fn optional(mut self, field: Option<&[u8]>) -> Self {
        self.0.push(u8::from(field.is_some()));
        match field {
            Some(field) => self.bytes(field),
            None => self,
        }
    }

    /// The canonical bytes.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Message {
    /// Messages hold IP addresses and cookies: only their size is shown.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Message({} bytes)", self.0.len())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The MAC of raw bytes, to compare with published vectors.
    fn raw(key: &[u8], data: &[u8]) -> String {
        hex::encode(MacKey::new(key).tag(&Message(data.to_vec())))
    }

    #[test]
    fn agrees_with_the_vectors_of_rfc_4231() {
        assert_eq!(
            raw(&[0x0b; 20], b"Hi There"),
            "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"
        );
        assert_eq!(
            raw(b"Jefe", b"what do ya want for nothing?"),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
        );
        assert_eq!(
            raw(
                &[0xaa; 131],
                b"Test Using Larger Than Block-Size Key - Hash Key First"
            ),
            "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
        );
    }

    #[test]
    fn moving_a_byte_between_fields_changes_the_message() {
        let left = Message::new("test").text("ab").text("c");
        let right = Message::new("test").text("a").text("bc");
        assert_ne!(left, right);
    }

    #[test]
    fn an_absent_field_differs_from_an_empty_one() {
        assert_ne!(
            Message::new("test").optional(None),
            Message::new("test").optional(Some(b""))
        );
    }

    #[test]
    fn a_key_and_a_message_do_not_show_what_they_hold() {
        assert_eq!(
            format!("{:?}", MacKey::new(b"secret")),
            "MacKey([redacted])"
        );
        assert_eq!(
            format!("{:?}", Message::new("a").text("10.0.0.1")),
            "Message(25 bytes)"
        );
    }

    #[test]
    fn a_short_tag_is_the_beginning_of_the_full_one() {
        let (key, message) = (MacKey::new(&[7; 32]), Message::new("test"));
        assert_eq!(key.short_tag::<16>(&message), key.tag(&message)[..16]);
    }
}

//! Signed heads: a few lines of text that vouch for the whole trail up to a size, in the formats of C2SP
//! (`signed-note`, `tlog-checkpoint`), so that tools and witnesses of transparency logs read them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, VerifyingKey};
use sha2::{Digest, Sha256};
use thiserror::Error;

use super::Hash;

/// Type of a signature in a note: Ed25519.
const ED25519: u8 = 1;
/// What a line of signature begins with: an em dash and a space.
const SIGNATURE_MARK: &str = "\u{2014} ";
/// A note is read up to this size; ours have 300 bytes.
const NOTE_MAX: usize = 64 * 1024;

/// What a head says: the trail of this name had this size, and this root then.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Head {
    /// Name of the trail.
    pub origin: String,
    /// Number of leaves.
    pub size: u64,
    /// Root of the Merkle tree over them.
    pub root: Hash,
}

impl fmt::Display for Head {
    /// The text that is signed.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let root = STANDARD.encode(self.root);
        write!(f, "{}\n{}\n{root}\n", self.origin, self.size)
    }
}

/// What others check heads with. Its text is `name+hash+key`, the "verifier key" of C2SP `signed-note`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PublicKey {
    name: String,
    key: VerifyingKey,
}

/// Why a text is no public key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("a public key is name+8 hex digits+base64, as `viral-engine audit public-key` prints it")]
pub struct PublicKeyError;

impl PublicKey {
    /// The key of this installation, named after itself: names of two trails never meet, and it stays the same when
    /// the installation moves to another address.
    pub(super) fn of(key: VerifyingKey) -> Self {
        let id = Sha256::digest(key.as_bytes());
        let name = format!("viral-engine/audit/{}", hex::encode(&id[..8]));
        Self { name, key }
    }

    /// Its name, which is also the origin of the heads it signs.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The four bytes that tell in a note which key signed.
    fn id(&self) -> [u8; 4] {
        let hash = Sha256::new()
            .chain_update(self.name.as_bytes())
            .chain_update([b'\n', ED25519])
            .chain_update(self.key.as_bytes())
            .finalize();
        std::array::from_fn(|index| hash[index])
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut key = vec![ED25519];
        key.extend_from_slice(self.key.as_bytes());
        let (id, key) = (hex::encode(self.id()), STANDARD.encode(key));
        write!(f, "{}+{id}+{key}", self.name)
    }
}

impl FromStr for PublicKey {
    type Err = PublicKeyError;

    fn from_str(text: &str) -> Result<Self, PublicKeyError> {
        let (name, rest) = text.split_once('+').ok_or(PublicKeyError)?;
        let (id, key) = rest.split_once('+').ok_or(PublicKeyError)?;
        let key = STANDARD.decode(key).map_err(|_| PublicKeyError)?;
        let Some((&ED25519, key)) = key.split_first() else {
            return Err(PublicKeyError);
        };
        let key = key.try_into().map_err(|_| PublicKeyError)?;
        let read = Self {
            name: name.to_owned(),
            key: VerifyingKey::from_bytes(&key).map_err(|_| PublicKeyError)?,
        };
        let is_whole = is_name(name) && hex::encode(read.id()) == id;
        is_whole.then_some(read).ok_or(PublicKeyError)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c == '+')
}

/// Why a text is no head, or none to be believed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum HeadError {
    /// It is not written as one.
    #[error("it is not a signed head")]
    Syntax,
    /// None of the keys signed it.
    #[error("no known key has signed it")]
    UnknownKey,
    /// A signature in the name of one of the keys is wrong.
    #[error("its signature is wrong")]
    Signature,
}

/// A head with its signatures.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedHead {
    head: Head,
    /// What is signed; other signers may have added lines to the three.
    text: String,
    signatures: Vec<NoteSignature>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct NoteSignature {
    name: String,
    id: [u8; 4],
    signature: Vec<u8>,
}

impl SignedHead {
    pub(super) fn new(head: Head, key: &PublicKey, signature: &[u8]) -> Self {
        Self {
            text: head.to_string(),
            head,
            signatures: vec![NoteSignature {
                name: key.name.clone(),
                id: key.id(),
                signature: signature.to_vec(),
            }],
        }
    }

    /// What it says. To be believed once [`SignedHead::verify`] holds.
    #[must_use]
    pub fn head(&self) -> &Head {
        &self.head
    }

    /// Checks that one of the keys signed it, and that none of their signatures is wrong. Signatures of others, such as
    /// witnesses, are not looked at.
    ///
    /// # Errors
    /// Which of the two does not hold.
    pub fn verify<'a>(
        &self,
        keys: impl IntoIterator<Item = &'a PublicKey>,
    ) -> Result<(), HeadError> {
        let mut is_signed = false;
        for key in keys {
            let id = key.id();
            let of_key = |it: &&NoteSignature| it.id == id && it.name == key.name;
            for signature in self.signatures.iter().filter(of_key) {
                let signature = Signature::from_slice(&signature.signature)
                    .map_err(|_| HeadError::Signature)?;
                key.key
                    .verify_strict(self.text.as_bytes(), &signature)
                    .map_err(|_| HeadError::Signature)?;
                is_signed = true;
            }
        }
        is_signed.then_some(()).ok_or(HeadError::UnknownKey)
    }
}

impl fmt::Display for SignedHead {
    /// The note.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.text)?;
        for NoteSignature {
            name,
            id,
            signature,
        } in &self.signatures
        {
            let blob = STANDARD.encode([id.as_slice(), signature].concat());
            writeln!(f, "{SIGNATURE_MARK}{name} {blob}")?;
        }
        Ok(())
    }
}

impl FromStr for SignedHead {
    type Err = HeadError;

    fn from_str(note: &str) -> Result<Self, HeadError> {
        let (text, signatures) = parse_note(note).ok_or(HeadError::Syntax)?;
        let head = parse_head(text).ok_or(HeadError::Syntax)?;
        Ok(Self {
            head,
            text: text.to_owned(),
            signatures,
        })
    }
}

/// The signed text of a note, which ends with a line feed, and its signatures.
fn parse_note(note: &str) -> Option<(&str, Vec<NoteSignature>)> {
    let is_plain = |c: char| c == '\n' || !c.is_control();
    if note.len() > NOTE_MAX || !note.chars().all(is_plain) {
        return None;
    }
    let border = note.rfind("\n\n")?;
    let (text, lines) = (&note[..=border], &note[border + 2..]);
    let lines = lines.strip_suffix('\n')?.split('\n');
    let signatures: Option<Vec<NoteSignature>> = lines.map(parse_signature).collect();
    Some((text, signatures?))
}

fn parse_signature(line: &str) -> Option<NoteSignature> {
    let (name, blob) = line.strip_prefix(SIGNATURE_MARK)?.split_once(' ')?;
    let blob = STANDARD.decode(blob).ok()?;
    let (id, signature) = blob.split_first_chunk()?;
    is_name(name).then(|| NoteSignature {
        name: name.to_owned(),
        id: *id,
        signature: signature.to_vec(),
    })
}

/// The first three lines; more may follow, none may be empty.
fn parse_head(text: &str) -> Option<Head> {
    let mut lines = text.strip_suffix('\n')?.split('\n');
    let (origin, size, root) = (lines.next()?, lines.next()?, lines.next()?);
    let number: u64 = size.parse().ok()?;
    let is_whole =
        !origin.is_empty() && size == number.to_string() && lines.all(|it| !it.is_empty());
    let root = STANDARD.decode(root).ok()?.try_into().ok()?;
    is_whole.then(|| Head {
        origin: origin.to_owned(),
        size: number,
        root,
    })
}

#[cfg(test)]
mod tests {
    use super::super::keys::tests::keys;
    use super::*;

    /// The example of the Go package golang.org/x/mod/sumdb/note, which C2SP `signed-note` was made from.
    const NEUMANN: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
    const NEUMANN_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
         then you don't know what your problem is.\n\n\
         \u{2014} PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n";

    #[test]
    fn the_example_of_signed_note_holds() {
        let key: PublicKey = NEUMANN.parse().unwrap();
        assert_eq!(key.to_string(), NEUMANN);
        let (text, signatures) = parse_note(NEUMANN_NOTE).unwrap();
        let note = SignedHead {
            head: Head {
                origin: String::new(),
                size: 0,
                root: [0; 32],
            },
            text: text.to_owned(),
            signatures,
        };
        assert_eq!(note.verify([&key]), Ok(()));
        assert_eq!(note.to_string(), NEUMANN_NOTE);
    }

    #[test]
    fn a_head_is_written_read_and_believed() {
        let keys = keys(1);
        let signed = keys.sign(42, [7; 32]);
        let text = signed.to_string();
        let name = keys.current().public().name();
        assert!(text.starts_with(&format!("{name}\n42\nBwcH")), "{text}");
        let read: SignedHead = text.parse().unwrap();
        assert_eq!(read, signed);
        assert_eq!(read.verify(keys.public()), Ok(()));
    }

    #[test]
    fn every_changed_character_is_noticed() {
        let keys = keys(1);
        let text = keys.sign(42, [7; 32]).to_string();
        for (index, character) in text.char_indices() {
            let other = if character == 'x' { 'y' } else { 'x' };
            let end = index + character.len_utf8();
            let forged = format!("{}{other}{}", &text[..index], &text[end..]);
            let believed = forged
                .parse::<SignedHead>()
                .and_then(|head| head.verify(keys.public()));
            assert!(believed.is_err(), "{index} {character:?}");
        }
    }

    #[test]
    fn a_head_of_somebody_else_is_not_believed() {
        let head = keys(2).sign(42, [7; 32]);
        assert_eq!(head.verify(keys(1).public()), Err(HeadError::UnknownKey));
    }

    #[test]
    fn a_witness_may_add_its_signature() {
        let keys = keys(1);
        let witness = "\u{2014} witness.example AAAAAGFueXRoaW5n\n";
        let text = format!("{}{witness}", keys.sign(42, [7; 32]));
        let read: SignedHead = text.parse().unwrap();
        assert_eq!(read.verify(keys.public()), Ok(()));
        assert_eq!(read.to_string(), text);
    }

    #[test]
    fn what_is_no_head_is_refused() {
        let good = keys(1).sign(42, [7; 32]).to_string();
        for text in [
            String::new(),
            good.replace("\n42\n", "\n042\n"),
            good.replace("\n42\n", "\n-1\n"),
            good.replace("\n\n", "\n"),
            good.trim_end().to_owned(),
            good.replace('\n', "\r\n"),
            format!("{good}{}", "x".repeat(NOTE_MAX)),
        ] {
            assert_eq!(text.parse::<SignedHead>(), Err(HeadError::Syntax), "{text}");
        }
    }

    #[test]
    fn what_is_no_public_key_is_refused() {
        let good = keys(1).current().public().to_string();
        assert_eq!(
            &good.parse::<PublicKey>().unwrap(),
            keys(1).current().public()
        );
        for text in [
            String::new(),
            "name".to_owned(),
            good.replacen("viral", "other", 1),
            good.replace('/', " "),
            good[..good.len() - 4].to_owned(),
        ] {
            assert_eq!(text.parse::<PublicKey>(), Err(PublicKeyError), "{text}");
        }
    }
}

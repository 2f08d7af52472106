//! Links to the pages of guardians: a token names what it opens, and its MAC shows that we made it. Whoever has it has the
//! guardian's mail; what a page then allows depends on the state of what it is about.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use uuid::Uuid;

use crate::lasting_keys::LastingKey;
use crate::mac::{MacKey, Message, constant_time_eq};

const ID_LEN: usize = 16;
/// 128 bits: as many as an attacker can not guess.
const TAG_LEN: usize = 16;

/// What a link opens.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Door {
    /// The page on which a guardian answers a request.
    Answer(Uuid),
    /// The second step of a request, sent at least a day after the first.
    Confirm(Uuid),
    /// What whoever has answered a request allows, to be taken back.
    Given(Uuid),
}

impl Door {
    fn parts(self) -> (u8, Uuid) {
        match self {
            Self::Answer(request) => (1, request),
            Self::Confirm(request) => (2, request),
            Self::Given(request) => (3, request),
        }
    }

    fn of(kind: u8, id: Uuid) -> Option<Self> {
        match kind {
            1 => Some(Self::Answer(id)),
            2 => Some(Self::Confirm(id)),
            3 => Some(Self::Given(id)),
            _ => None,
        }
    }
}

/// The keys of tokens, the current one first.
#[derive(Clone, Debug)]
pub struct DoorKeys(Vec<MacKey>);

impl DoorKeys {
    /// Derives them from secrets that serve another purpose too; the first makes tokens, all are accepted.
    #[must_use]
    pub fn derive<'a>(secrets: impl IntoIterator<Item = &'a [u8]>) -> Self {
        let keys = secrets.into_iter();
        Self::new(keys.map(|secret| LastingKey::Consents.derive(secret)))
    }

    /// Takes keys that are of these links alone.
    #[must_use]
    pub fn new(keys: impl IntoIterator<Item = MacKey>) -> Self {
        Self(keys.into_iter().collect())
    }

    /// The token of a link, 44 characters of base64url; `None` without any key.
    #[must_use]
    pub fn token(&self, door: Door) -> Option<String> {
        let (kind, id) = door.parts();
        let tag = tag(self.0.first()?, kind, id);
        let bytes = [&[kind], id.as_bytes().as_slice(), &tag].concat();
        Some(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// What a token opens that one of the keys made.
    #[must_use]
    pub fn read(&self, token: &str) -> Option<Door> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let bytes: [u8; 1 + ID_LEN + TAG_LEN] = bytes.try_into().ok()?;
        let (kind, rest) = (bytes[0], &bytes[1..]);
        let (id, given) = rest.split_at(ID_LEN);
        let id = Uuid::from_slice(id).ok()?;
        let mut keys = self.0.iter();
        let ours = keys.any(|key| constant_time_eq(&tag(key, kind, id), given));
        ours.then(|| Door::of(kind, id)).flatten()
    }
}

fn tag(key: &MacKey, kind: u8, id: Uuid) -> [u8; TAG_LEN] {
    key.short_tag(
        &Message::new("viral-engine/consent-page/v1")
            .bytes(&[kind])
            .bytes(id.as_bytes()),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const REQUEST: Uuid = Uuid::from_u128(0x0192_0000_0000_7000_8000_0000_0000_0001);

    fn keys(secrets: &[&[u8]]) -> DoorKeys {
        DoorKeys::derive(secrets.iter().copied())
    }

    #[test]
    fn a_token_opens_what_it_was_made_for_and_nothing_else() {
        let keys = keys(&[b"one"]);
        let doors = [
            Door::Answer(REQUEST),
            Door::Confirm(REQUEST),
            Door::Given(REQUEST),
        ];
        let tokens = doors.map(|door| keys.token(door).expect("a token"));
        assert_eq!(
            tokens.clone().map(|token| keys.read(&token)),
            doors.map(Some)
        );
        assert_eq!(tokens[0].len(), 44);
        assert_ne!(tokens[0], tokens[1]);
    }

    #[test]
    fn a_token_that_was_altered_opens_nothing() {
        let keys = keys(&[b"one"]);
        let token = keys.token(Door::Answer(REQUEST)).expect("a token");
        let bytes = URL_SAFE_NO_PAD.decode(&token).expect("base64url");
        for bit in 0..bytes.len() * 8 {
            let mut altered = bytes.clone();
            altered[bit / 8] ^= 1 << (bit % 8);
            assert_eq!(
                keys.read(&URL_SAFE_NO_PAD.encode(altered)),
                None,
                "bit {bit}"
            );
        }
        for other in ["", "x", &token[1..], &format!("{token}A")] {
            assert_eq!(keys.read(other), None, "{other}");
        }
    }

    #[test]
    fn links_outlive_a_change_of_key_as_long_as_the_former_one_is_known() {
        let before = keys(&[b"old"])
            .token(Door::Given(REQUEST))
            .expect("a token");
        assert!(keys(&[b"new", b"old"]).read(&before).is_some());
        assert!(keys(&[b"new"]).read(&before).is_none());
    }
}

//! The Message-ID of RFC 5322, 3.6.4: the name by which mail servers know a repeated message for the same one.

use uuid::Uuid;

/// The Message-ID of a message, made from nothing but its own id: every attempt has the same.
#[must_use]
pub fn message_id(id: Uuid, domain: &str) -> String {
    format!("<{}@{domain}>", id.simple())
}

/// A Message-ID as a provider gives it back, with its angle brackets.
#[must_use]
pub fn message_id_key(text: &str) -> String {
    let text = text.trim();
    let bare = text.strip_prefix('<').unwrap_or(text);
    format!("<{}>", bare.strip_suffix('>').unwrap_or(bare))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_message_has_one_name_however_it_is_given_back() {
        let id = message_id(Uuid::from_u128(0xabc), "example.org");
        assert_eq!(id, "<00000000000000000000000000000abc@example.org>");
        let bare = id.trim_matches(['<', '>']);
        for text in [id.as_str(), bare, &format!(" {id}\r\n")] {
            assert_eq!(message_id_key(text), id);
        }
    }
}

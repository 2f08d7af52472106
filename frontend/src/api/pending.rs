//! Idempotency keys of creations whose answer got lost.
//!
//! A creation that is sent again after a lost answer must carry the key of the first try, or the engine would
//! create twice. So a key stays with its path and body until the engine has answered for certain.

use std::collections::HashMap;

/// Keys by what was sent.
#[derive(Default)]
pub struct PendingKeys(HashMap<(String, String), String>);

impl PendingKeys {
    /// The key for this creation: the one of the first try, or a new one.
    pub fn key_for(&mut self, path: &str, body: &str, new_key: impl FnOnce() -> String) -> String {
        self.0
            .entry((path.to_owned(), body.to_owned()))
            .or_insert_with(new_key)
            .clone()
    }

    /// Forgets the key: the engine has answered for certain.
    pub fn settle(&mut self, path: &str, body: &str) {
        self.0.remove(&(path.to_owned(), body.to_owned()));
    }
}

#[cfg(test)]
mod tests {
    use super::PendingKeys;

    #[test]
    fn a_second_try_has_the_key_of_the_first() {
        let mut keys = PendingKeys::default();
        assert_eq!(keys.key_for("/a", "{}", || "1".into()), "1");
        assert_eq!(keys.key_for("/a", "{}", || "2".into()), "1");
        assert_eq!(keys.key_for("/a", "{\"x\":1}", || "3".into()), "3");
    }

    #[test]
    fn after_an_answer_the_same_body_is_a_new_creation() {
        let mut keys = PendingKeys::default();
        keys.key_for("/a", "{}", || "1".into());
        keys.settle("/a", "{}");
        assert_eq!(keys.key_for("/a", "{}", || "2".into()), "2");
    }
}

//! Names for the lines of a log, the same whenever the log is read, so that a log that is imported again adds nothing.
//!
//! A line is named by its bytes and by how many equal lines came shortly before it: two equal hits within one second
//! are two hits. What counts as shortly is bounded by memory and does not depend on where a file begins or ends,
//! since equal lines carry equal times and so lie close together.

use std::collections::HashMap;
use std::mem;

use sha2::{Digest, Sha256};

/// Different lines that are remembered: from so many on, the older half is forgotten.
const MOST: usize = 65_536;

/// The lines seen lately.
#[derive(Default)]
pub(super) struct Repeats {
    recent: HashMap<[u8; 16], u32>,
    older: HashMap<[u8; 16], u32>,
}

impl Repeats {
    /// The name of a line, such as `kind:…`, among those of one `kind` that belong to the same `whole`.
    pub(super) fn name(&mut self, kind: &str, whole: &[u8], line: &[u8]) -> String {
        let digest: [u8; 32] = Sha256::new()
            .chain_update(whole)
            .chain_update(line)
            .finalize()
            .into();
        let key: [u8; 16] = std::array::from_fn(|index| digest[index]);
        let before = match self.recent.get(&key) {
            Some(count) => *count,
            None => self.older.get(&key).copied().unwrap_or(0),
        };
        if self.recent.len() >= MOST / 2 {
            self.older = mem::take(&mut self.recent);
        }
        self.recent.insert(key, before + 1);
        format!("{kind}:{}:{before}", hex::encode(digest))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_lines_are_told_apart_and_named_alike_the_next_time() {
        let names = |lines: &[&str]| {
            let mut repeats = Repeats::default();
            lines
                .iter()
                .map(|line| repeats.name("log", b"link", line.as_bytes()))
                .collect::<Vec<_>>()
        };
        let first = names(&["a", "b", "a"]);
        assert_ne!(first[0], first[2]);
        assert_eq!(names(&["a", "b", "a", "c"])[..3], first);
    }
}

//! Random bytes of the operating system, drawn in pages: a system call for each token or id would cost more than
//! the rest of a redirect.

use crate::error::{ServiceError, ServiceResult};

const PAGE: usize = 4096;

/// A supply of random bytes for one thread or call. Bytes are handed out once.
pub struct Entropy {
    page: Box<[u8; PAGE]>,
    used: usize,
}

impl Default for Entropy {
    fn default() -> Self {
        Self {
            page: Box::new([0; PAGE]),
            used: PAGE,
        }
    }
}

impl Entropy {
    /// The next `N` bytes.
    ///
    /// # Errors
    /// When the operating system has none, which no supported one reports after boot.
    pub fn draw<const N: usize>(&mut self) -> ServiceResult<[u8; N]> {
        const { assert!(N <= PAGE) };
        if self.used + N > PAGE {
            getrandom::fill(self.page.as_mut_slice())
                .map_err(|error| ServiceError::Internal(format!("no random bytes: {error}")))?;
            self.used = 0;
        }
        let mut bytes = [0; N];
        let drawn = &mut self.page[self.used..self.used + N];
        bytes.copy_from_slice(drawn);
        // A token must not linger in memory that outlives it.
        drawn.fill(0);
        self.used += N;
        Ok(bytes)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_bytes_are_handed_out_twice_across_pages() {
        let mut entropy = Entropy::default();
        let drawn: HashSet<[u8; 16]> = (0..1000).map(|_| entropy.draw().unwrap()).collect();
        assert_eq!(drawn.len(), 1000);
    }
}

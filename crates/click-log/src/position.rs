//! The two numbers a shipper stores beside the rows it ships: which log, and how far into it.

use std::fmt;

/// Place of one record in its log: 1 for the first record, always growing, never used twice.
///
/// Positions may leap (a restart or a failed batch leaves a gap), so they order records but do not count them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Position(u64);

impl Position {
    /// Before the first record: what a shipper that has shipped nothing holds.
    pub const START: Self = Self(0);

    /// No record lies beyond: positions fit a PostgreSQL `bigint`.
    pub(crate) const MAX: Self = Self(i64::MAX as u64);

    /// A position read back from where the shipper keeps it.
    pub const fn new(value: u64) -> Self {
        Self(value)
    }

    /// The number to store; at most `i64::MAX`.
    pub const fn get(self) -> u64 {
        self.0
    }

    pub(crate) const fn next(self) -> Self {
        Self(self.0 + 1)
    }

    pub(crate) const fn plus(self, records: u64) -> Self {
        Self(self.0 + records)
    }

    pub(crate) const fn before(self) -> Self {
        Self(self.0.saturating_sub(1))
    }
}

impl fmt::Display for Position {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Sixteen random bytes that name one log for ever; positions of different logs have nothing to do with each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId([u8; 16]);

impl LogId {
    /// The caller draws the bytes, from the operating system's random source.
    pub const fn from_bytes(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// The bytes, for instance to store as a UUID.
    pub const fn as_bytes(&self) -> &[u8; 16] {
        &self.0
    }

    /// Start value of every checksum in this log, so that bytes of another log, or bytes a client smuggled into a
    /// payload, do not pass for a record of this one.
    pub(crate) fn checksum_seed(&self) -> u32 {
        crc32fast::hash(&self.0)
    }
}

impl fmt::Display for LogId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_log_id_prints_as_hexadecimal() {
        let id = LogId::from_bytes([0xab; 16]);
        assert_eq!(id.to_string(), "ab".repeat(16));
    }

    #[test]
    fn positions_order_as_their_numbers() {
        assert!(Position::START < Position::START.next());
        assert_eq!(Position::new(7).before().next(), Position::new(7));
        assert_eq!(Position::START.before(), Position::START);
    }
}

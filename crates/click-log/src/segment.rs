//! A segment file: its name, and the header in front of its records.
//!
//! `magic 8 | version u32 | log id 16 | first u64 | follows u64 | crc32 u32`, little endian. `follows` is the last
//! position that was durable in the log when this segment began. It closes the segment before: whatever lies in that
//! one beyond `follows` was never acknowledged (its write or sync failed) and is not read.

use std::path::{Path, PathBuf};

use crate::{LogId, Position};

pub(crate) const SEGMENT_HEADER_BYTES: usize = 48;

const MAGIC: &[u8; 8] = b"VECLKSEG";
const VERSION: u32 = 1;
const EXTENSION: &str = "seg";
const NAME_DIGITS: usize = 20;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct SegmentHeader {
    pub log_id: LogId,
    /// Position of the first record of this segment.
    pub first: Position,
    /// Last durable position before this segment.
    pub follows: Position,
}

impl SegmentHeader {
    pub(crate) fn encode(&self) -> [u8; SEGMENT_HEADER_BYTES] {
        let mut bytes = [0; SEGMENT_HEADER_BYTES];
        bytes[..8].copy_from_slice(MAGIC);
        bytes[8..12].copy_from_slice(&VERSION.to_le_bytes());
        bytes[12..28].copy_from_slice(self.log_id.as_bytes());
        bytes[28..36].copy_from_slice(&self.first.get().to_le_bytes());
        bytes[36..44].copy_from_slice(&self.follows.get().to_le_bytes());
        let checksum = crc32fast::hash(&bytes[..44]);
        bytes[44..].copy_from_slice(&checksum.to_le_bytes());
        bytes
    }

    /// `None` if the bytes are not an undamaged header of this version.
    pub(crate) fn decode(bytes: &[u8; SEGMENT_HEADER_BYTES]) -> Option<Self> {
        let (fields, checksum) = bytes.split_last_chunk::<4>()?;
        let (magic, fields) = fields.split_first_chunk::<8>()?;
        let (version, fields) = fields.split_first_chunk::<4>()?;
        let (log_id, fields) = fields.split_first_chunk::<16>()?;
        let (first, follows) = fields.split_first_chunk::<8>()?;
        let follows = follows.first_chunk::<8>()?;
        let intact = magic == MAGIC
            && u32::from_le_bytes(*version) == VERSION
            && u32::from_le_bytes(*checksum) == crc32fast::hash(&bytes[..44]);
        intact.then(|| Self {
            log_id: LogId::from_bytes(*log_id),
            first: Position::new(u64::from_le_bytes(*first)),
            follows: Position::new(u64::from_le_bytes(*follows)),
        })
    }
}

/// Segments are named by their first position, zero-padded so that names sort as positions do.
pub(crate) fn segment_path(folder: &Path, first: Position) -> PathBuf {
    folder.join(format!("{:0NAME_DIGITS$}.{EXTENSION}", first.get()))
}

/// The first position that a segment's name states; `None` for files that are no segments.
pub(crate) fn first_of_path(path: &Path) -> Option<Position> {
    if path.extension()? != EXTENSION {
        return None;
    }
    let digits = path.file_stem()?.to_str()?;
    if digits.len() != NAME_DIGITS {
        return None;
    }
    digits.parse().ok().map(Position::new)
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: SegmentHeader = SegmentHeader {
        log_id: LogId::from_bytes([7; 16]),
        first: Position::new(12),
        follows: Position::new(9),
    };

    #[test]
    fn a_header_survives_encoding() {
        assert_eq!(SegmentHeader::decode(&HEADER.encode()), Some(HEADER));
    }

    #[test]
    fn a_damaged_header_is_refused() {
        for at in 0..SEGMENT_HEADER_BYTES {
            let mut bytes = HEADER.encode();
            bytes[at] ^= 1;
            assert_eq!(SegmentHeader::decode(&bytes), None, "byte {at}");
        }
    }

    #[test]
    fn a_name_tells_the_first_position() {
        let path = segment_path(Path::new("/log"), Position::new(42));
        assert_eq!(path, Path::new("/log/00000000000000000042.seg"));
        assert_eq!(first_of_path(&path), Some(Position::new(42)));
    }

    #[test]
    fn other_files_are_no_segments() {
        for name in [
            "LOCK",
            "identity",
            "42.seg",
            "0000000000000000004x.seg",
            "00000000000000000042.old",
        ] {
            assert_eq!(first_of_path(Path::new(name)), None, "{name}");
        }
    }
}

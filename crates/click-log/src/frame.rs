//! How one record lies in a segment: `length u32 | crc32 u32 | position u64 | payload`, little endian.
//!
//! The position is stored although it could be counted, so that records behind a damaged stretch can be told apart from
//! noise and keep their place. The checksum covers length, position and payload and starts from a value of the log's own.

use crate::Position;

/// Longest payload of a record, in bytes.
pub const MAX_PAYLOAD_BYTES: usize = 4096;

pub(crate) const FRAME_HEADER_BYTES: usize = 16;
pub(crate) const MAX_FRAME_BYTES: usize = FRAME_HEADER_BYTES + MAX_PAYLOAD_BYTES;

/// Length of the frame around a payload.
pub(crate) const fn frame_bytes(payload: usize) -> usize {
    FRAME_HEADER_BYTES + payload
}

/// Appends a frame whose position and checksum are still unknown; [`seal`] fills them in.
pub(crate) fn push_unsealed(buffer: &mut Vec<u8>, payload: &[u8]) {
    debug_assert!(payload.len() <= MAX_PAYLOAD_BYTES);
    buffer.extend_from_slice(&(payload.len() as u32).to_le_bytes());
    buffer.extend_from_slice(&[0; FRAME_HEADER_BYTES - 4]);
    buffer.extend_from_slice(payload);
}

/// Numbers the frames of a buffer from `first` and writes their checksums.
pub(crate) fn seal(mut frames: &mut [u8], seed: u32, first: Position) {
    let mut position = first;
    while let Some((header, rest)) = frames.split_first_chunk_mut::<FRAME_HEADER_BYTES>() {
        let length = u32_at(header, 0) as usize;
        let (payload, rest) = rest.split_at_mut(length);
        header[8..].copy_from_slice(&position.get().to_le_bytes());
        let checksum = checksum(seed, header, payload);
        header[4..8].copy_from_slice(&checksum.to_le_bytes());
        position = position.next();
        frames = rest;
    }
}

/// What the bytes at some place turn out to be.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Decoded {
    /// A whole record; its payload lies behind the header.
    Record { position: Position, payload: usize },
    /// The start of what may be a record; more bytes would tell.
    Incomplete,
    /// No record of this log.
    Invalid,
}

/// Reads the frame at the start of `bytes`.
pub(crate) fn decode(bytes: &[u8], seed: u32) -> Decoded {
    let Some((header, rest)) = bytes.split_first_chunk::<FRAME_HEADER_BYTES>() else {
        return Decoded::Incomplete;
    };
    let payload = u32_at(header, 0) as usize;
    if payload > MAX_PAYLOAD_BYTES {
        return Decoded::Invalid;
    }
    let Some(body) = rest.get(..payload) else {
        return Decoded::Incomplete;
    };
    if checksum(seed, header, body) != u32_at(header, 4) {
        return Decoded::Invalid;
    }
    Decoded::Record {
        position: position_of(header),
        payload,
    }
}

/// Where the first whole record of `bytes` begins whose position lies in `positions`; used to find the way again behind
/// damage. The checks of length and position come first, so that nearly every place is dismissed without a checksum.
pub(crate) fn find_record(
    bytes: &[u8],
    seed: u32,
    positions: std::ops::RangeInclusive<Position>,
) -> Option<usize> {
    (0..bytes.len().saturating_sub(FRAME_HEADER_BYTES - 1)).find(|&at| {
        bytes[at..]
            .first_chunk()
            .is_some_and(|header| positions.contains(&position_of(header)))
            && matches!(decode(&bytes[at..], seed), Decoded::Record { .. })
    })
}

fn checksum(seed: u32, header: &[u8; FRAME_HEADER_BYTES], payload: &[u8]) -> u32 {
    let mut hasher = crc32fast::Hasher::new_with_initial(seed);
    hasher.update(&header[..4]);
    hasher.update(&header[8..]);
    hasher.update(payload);
    hasher.finalize()
}

fn position_of(header: &[u8; FRAME_HEADER_BYTES]) -> Position {
    let [.., a, b, c, d, e, f, g, h] = *header;
    Position::new(u64::from_le_bytes([a, b, c, d, e, f, g, h]))
}

fn u32_at(header: &[u8; FRAME_HEADER_BYTES], at: usize) -> u32 {
    u32::from_le_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const SEED: u32 = 77;

    fn sealed(payloads: &[&[u8]], first: u64) -> Vec<u8> {
        let mut buffer = Vec::new();
        payloads
            .iter()
            .for_each(|payload| push_unsealed(&mut buffer, payload));
        seal(&mut buffer, SEED, Position::new(first));
        buffer
    }

    #[test]
    fn frames_are_numbered_in_order() {
        let buffer = sealed(&[b"one", b"", b"three"], 9);
        assert_eq!(
            decode(&buffer, SEED),
            Decoded::Record {
                position: Position::new(9),
                payload: 3
            }
        );
        assert_eq!(
            decode(&buffer[19..], SEED),
            Decoded::Record {
                position: Position::new(10),
                payload: 0
            }
        );
        assert_eq!(
            decode(&buffer[35..], SEED),
            Decoded::Record {
                position: Position::new(11),
                payload: 5
            }
        );
    }

    #[test]
    fn a_frame_of_another_log_is_invalid() {
        assert_eq!(decode(&sealed(&[b"one"], 1), SEED + 1), Decoded::Invalid);
    }

    #[test]
    fn zeroes_are_no_record() {
        assert_eq!(decode(&[0; 64], SEED), Decoded::Invalid);
    }

    #[test]
    fn the_record_behind_damage_is_found() {
        let mut buffer = vec![0xff; 37];
        buffer.extend(sealed(&[b"found"], 5));
        let expected = Position::new(4)..=Position::new(8);
        assert_eq!(find_record(&buffer, SEED, expected), Some(37));
        assert_eq!(
            find_record(&buffer, SEED, Position::new(6)..=Position::new(8)),
            None
        );
    }

    proptest! {
        #[test]
        fn no_flipped_bit_goes_unnoticed(payload in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index, bit in 0..8u8) {
            let mut buffer = sealed(&[&payload], 3);
            let at = at.index(buffer.len());
            buffer[at] ^= 1 << bit;
            let decoded = decode(&buffer, SEED);
            prop_assert!(!matches!(decoded, Decoded::Record { .. }), "{:?}", decoded);
        }

        #[test]
        fn a_cut_frame_is_incomplete(payload in prop::collection::vec(any::<u8>(), 0..200), at: prop::sample::Index) {
            let buffer = sealed(&[&payload], 3);
            prop_assert_eq!(decode(&buffer[..at.index(buffer.len())], SEED), Decoded::Incomplete);
        }
    }
}

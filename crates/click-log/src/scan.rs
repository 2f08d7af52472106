//! Reads the records of one segment in order, a bounded piece at a time, and finds the way again behind damage.

use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt;

use bytes::{Buf, Bytes};

use crate::Position;
use crate::frame::{
    Decoded, FRAME_HEADER_BYTES, MAX_FRAME_BYTES, decode, find_record, frame_bytes,
};

const PIECE_BYTES: u64 = 256 << 10;

/// One record as found.
#[derive(Debug)]
pub(crate) struct Record {
    pub position: Position,
    pub payload: Bytes,
    /// Where it ends in the file.
    pub end: u64,
}

/// Which records to look for.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Range {
    /// Where to begin in the file.
    pub offset: u64,
    /// Where to stop in the file.
    pub end: u64,
    /// The first position of interest; earlier records are passed over.
    pub first: Position,
    /// The last position of interest; what lies behind it does not belong to the log.
    pub last: Position,
}

#[derive(Debug)]
pub(crate) struct Scan<'file> {
    file: &'file File,
    seed: u32,
    range: Range,
    /// Bytes read and not yet taken; they begin at `range.offset`.
    piece: Bytes,
}

impl<'file> Scan<'file> {
    pub(crate) fn new(file: &'file File, seed: u32, range: Range) -> Self {
        Self {
            file,
            seed,
            range,
            piece: Bytes::new(),
        }
    }

    /// The position the next record has if nothing is missing.
    pub(crate) fn expected(&self) -> Position {
        self.range.first
    }

    /// The next record of the range, or `None` behind the last. A position above [`Self::expected`] tells that the
    /// records between are unreadable.
    pub(crate) fn next(&mut self) -> io::Result<Option<Record>> {
        while self.range.first <= self.range.last {
            match decode(&self.piece, self.seed) {
                Decoded::Record { position, .. } if position > self.range.last => return Ok(None),
                Decoded::Record { position, payload } => {
                    let record = self.take(position, payload);
                    if position >= self.range.first {
                        self.range.first = position.next();
                        return Ok(Some(record));
                    }
                }
                Decoded::Incomplete if self.has_more() => self.fill()?,
                Decoded::Incomplete | Decoded::Invalid => {
                    if !self.skip_damage()? {
                        return Ok(None);
                    }
                }
            }
        }
        Ok(None)
    }

    fn take(&mut self, position: Position, payload: usize) -> Record {
        let frame = self.piece.split_to(frame_bytes(payload));
        self.range.offset += frame.len() as u64;
        Record {
            position,
            payload: frame.slice(FRAME_HEADER_BYTES..),
            end: self.range.offset,
        }
    }

    /// Goes to the next record of the range, or as far as is known to hold none; `false` at the end of the segment.
    fn skip_damage(&mut self) -> io::Result<bool> {
        let behind = self.piece.get(1..).unwrap_or_default();
        match find_record(behind, self.seed, self.range.first..=self.range.last) {
            Some(at) => self.skip(1 + at),
            None if self.has_more() => {
                // A record may begin in the last bytes of this piece and end in the next.
                self.skip(self.piece.len().saturating_sub(MAX_FRAME_BYTES - 1).max(1));
                self.fill()?;
            }
            None => return Ok(false),
        }
        Ok(true)
    }

    fn skip(&mut self, bytes: usize) {
        self.piece.advance(bytes);
        self.range.offset += bytes as u64;
    }

    fn unread(&self) -> u64 {
        self.range
            .end
            .saturating_sub(self.range.offset + self.piece.len() as u64)
    }

    fn has_more(&self) -> bool {
        self.unread() > 0
    }

    /// Reads the next piece behind what is still there.
    fn fill(&mut self) -> io::Result<()> {
        let kept = self.piece.len();
        let mut bytes = vec![0; kept + self.unread().min(PIECE_BYTES) as usize];
        bytes[..kept].copy_from_slice(&self.piece);
        let read = read_at(
            self.file,
            &mut bytes[kept..],
            self.range.offset + kept as u64,
        )?;
        bytes.truncate(kept + read);
        self.piece = bytes.into();
        if read == 0 {
            // The file is shorter than it was when it was closed: this is its end.
            self.range.end = self.range.offset + kept as u64;
        }
        Ok(())
    }
}

fn read_at(file: &File, buffer: &mut [u8], offset: u64) -> io::Result<usize> {
    loop {
        match file.read_at(buffer, offset) {
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            result => return result,
        }
    }
}

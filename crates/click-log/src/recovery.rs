//! What opening finds on the disk, and what it repairs.
//!
//! Only the newest segment can have been cut by a crash, so only that one is read through: bytes behind its last whole
//! record are cut off. Every other segment is closed by the header of its successor, and its records are checked as
//! they are read. Damage elsewhere is never cut: whatever can still be read behind it will be read.

use std::collections::VecDeque;
use std::fs::File;
use std::io::{self, Read};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use crate::catalogue::Segment;
use crate::identity::Identity;
use crate::scan::{Range, Scan};
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader};
use crate::{LogId, OpenError, Position, folder};

/// What opening a log found. Anything in the last three deserves a line in the operator's log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Recovery {
    /// The folder was empty and a new log began.
    pub created: bool,
    /// New records lie at this position or beyond. A shipper whose stored position is not before it has met an old copy
    /// of the folder (see the crate's documentation).
    pub first_new: Position,
    /// Bytes of a write that a crash cut short, now removed. None of them had been acknowledged.
    pub torn_bytes: u64,
    /// Segments whose header is damaged; their records are read nevertheless.
    pub damaged_headers: Vec<PathBuf>,
    /// Records of the newest segment that are unreadable in front of readable ones.
    pub damaged_records: u64,
}

#[derive(Debug)]
pub(crate) struct Recovered {
    pub identity: Identity,
    pub segments: VecDeque<Segment>,
    pub report: Recovery,
}

/// Reads the folder's state and repairs the tail of its newest segment.
pub(crate) fn recover(folder: &Path, new_log_id: LogId) -> Result<Recovered, OpenError> {
    let files = folder::segments(folder)?;
    let found = Identity::load(folder)?;
    if found.is_none() && !files.is_empty() {
        return Err(OpenError::MissingIdentity {
            path: folder.into(),
        });
    }
    let identity = found.unwrap_or(Identity::new(new_log_id));
    let mut recovered = Recovered {
        identity,
        segments: VecDeque::with_capacity(files.len()),
        report: Recovery {
            created: found.is_none(),
            first_new: identity.reserved,
            torn_bytes: 0,
            damaged_headers: Vec::new(),
            damaged_records: 0,
        },
    };
    // From the newest to the oldest: a segment ends where its successor says.
    let mut end = None;
    for (first, path) in files.into_iter().rev() {
        end = recovered
            .add(first, &path, end)
            .map_err(|error| match error {
                Failure::Io(source) => OpenError::Unusable {
                    path: path.clone(),
                    source,
                },
                Failure::Foreign(found) => OpenError::ForeignSegment {
                    path: path.clone(),
                    found,
                    expected: identity.log_id,
                },
            })?;
    }
    // Holds already, unless the identity file is older than the segments.
    let beyond = recovered
        .segments
        .back()
        .map_or(identity.reserved, |newest| newest.last.next());
    recovered.identity.reserved = identity.reserved.max(beyond);
    recovered.report.first_new = recovered.identity.reserved;
    Ok(recovered)
}

enum Failure {
    Io(io::Error),
    Foreign(LogId),
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Recovered {
    /// Takes up one segment that ends at `end`, if its successor knows; answers where the segment before it ends.
    fn add(
        &mut self,
        first: Position,
        path: &Path,
        end: Option<Position>,
    ) -> Result<Option<Position>, Failure> {
        let header = read_header(path)?;
        match header {
            Some(header) if header.log_id != self.identity.log_id => {
                return Err(Failure::Foreign(header.log_id));
            }
            Some(_) => {}
            None => self.report.damaged_headers.push(path.into()),
        }
        let newest = self.segments.is_empty();
        let (last, bytes) = match end {
            Some(end) => (end, std::fs::metadata(path)?.len()),
            None => self.scan(path, first, newest)?,
        };
        if last < first {
            std::fs::remove_file(path)?;
        } else {
            self.segments.push_front(Segment {
                path: path.into(),
                first,
                last,
                bytes,
            });
        }
        Ok(header.map(|header| header.follows))
    }

    /// Reads a segment to its end. Of the newest one everything behind the last whole record is cut off.
    fn scan(&mut self, path: &Path, first: Position, newest: bool) -> io::Result<(Position, u64)> {
        let file = File::options().read(true).write(newest).open(path)?;
        let length = file.metadata()?.len();
        let extent = Extent::of(&file, self.identity.log_id.checksum_seed(), first, length)?;
        if newest {
            self.report.damaged_records += extent.missing;
            self.report.torn_bytes = torn_bytes(&file, extent.end)?;
            file.set_len(extent.end)?;
            // What a killed process wrote may still wait in the page cache; readers see durable records only.
            file.sync_all()?;
        }
        Ok((extent.last, extent.end))
    }
}

/// `None` if the header is damaged or cut.
fn read_header(path: &Path) -> io::Result<Option<SegmentHeader>> {
    let mut bytes = [0; SEGMENT_HEADER_BYTES];
    match File::open(path)?.read_exact(&mut bytes) {
        Ok(()) => Ok(SegmentHeader::decode(&bytes)),
        Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => Ok(None),
        Err(error) => Err(error),
    }
}

/// Length of what lies behind the records, without the zeroes that were written ahead.
fn torn_bytes(file: &File, mut end: u64) -> io::Result<u64> {
    let mut piece = vec![0; 64 << 10];
    let mut torn = 0;
    let start = end;
    loop {
        let read = file.read_at(&mut piece, end)?;
        if read == 0 {
            return Ok(torn);
        }
        if let Some(last) = piece[..read].iter().rposition(|byte| *byte != 0) {
            torn = end + last as u64 + 1 - start;
        }
        end += read as u64;
    }
}

/// How far the whole records of a segment reach.
struct Extent {
    /// Position of the last one; the one before the segment's first if there is none.
    last: Position,
    /// Where the last one ends in the file.
    end: u64,
    /// Positions left out between the first and the last.
    missing: u64,
}

impl Extent {
    fn of(file: &File, seed: u32, first: Position, length: u64) -> io::Result<Self> {
        let start = length.min(SEGMENT_HEADER_BYTES as u64);
        let range = Range {
            offset: start,
            end: length,
            first,
            last: Position::MAX,
        };
        let mut scan = Scan::new(file, seed, range);
        let mut extent = Self {
            last: first.before(),
            end: start,
            missing: 0,
        };
        while let Some(record) = scan.next()? {
            extent.missing += record.position.get() - extent.last.next().get();
            extent.last = record.position;
            extent.end = record.end;
        }
        Ok(extent)
    }
}

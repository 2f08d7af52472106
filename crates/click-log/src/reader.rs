//! Reads durable records for the shipper.

use std::fs::File;
use std::io;
use std::sync::Arc;

use bytes::Bytes;

use crate::Position;
use crate::catalogue::Segment;
use crate::error::{Closed, SegmentError};
use crate::scan::{Range, Scan};
use crate::segment::SEGMENT_HEADER_BYTES;
use crate::shared::Shared;
use crate::sync::lock;

/// Reads the log in order. It never shows a record that is not on the disk.
#[derive(Debug)]
pub struct Reader {
    shared: Arc<Shared>,
    file: Option<(Position, File)>,
    /// Where the last two reads ended, so that going on and repeating the last read both begin at the right byte.
    marks: [Option<Mark>; 2],
    /// Up to here damage was reported, so that repeating a read does not report it again.
    reported: Position,
    /// A stretch in which the last read found nothing but damage.
    barren: Option<(Position, Position)>,
}

/// The record after `position` begins at `offset` of the segment that begins with `segment`.
#[derive(Clone, Copy, Debug)]
struct Mark {
    segment: Position,
    position: Position,
    offset: u64,
}

impl Reader {
    pub(crate) fn new(shared: Arc<Shared>) -> Self {
        Self {
            shared,
            file: None,
            marks: [None; 2],
            reported: Position::START,
            barren: None,
        }
    }

    /// The records after `position`, oldest first: at most `max_records` of at most `max_bytes` payload together, but
    /// at least one if there is any. Reads files, so call it where blocking is allowed.
    ///
    /// Unreadable records are counted as [`crate::Stats::lost_records`], reported once, and passed over.
    pub fn read_after(
        &mut self,
        position: Position,
        max_records: usize,
        max_bytes: usize,
    ) -> Result<Vec<(Position, Bytes)>, SegmentError> {
        let mut harvest = Harvest {
            records: Vec::new(),
            max_records: max_records.max(1),
            bytes_left: max_bytes,
            full: false,
        };
        let mut after = position;
        let mut reached = None;
        while !harvest.full {
            let Some(segment) = lock(&self.shared.catalogue).after(after) else {
                break;
            };
            match self.read_segment(&segment, after, &mut harvest) {
                Ok(mark) => {
                    after = mark.position;
                    reached = Some(mark);
                }
                Err(_) if !harvest.records.is_empty() => break,
                Err(source) => {
                    return Err(SegmentError {
                        path: segment.path,
                        source,
                    });
                }
            }
        }
        self.barren = (harvest.records.is_empty() && after > position).then_some((position, after));
        self.remember(reached);
        Ok(harvest.records)
    }

    /// Waits until there are records after `position`; [`Closed`] once the log is closed and holds none.
    pub async fn wait_for_more(&self, position: Position) -> Result<(), Closed> {
        let known = match self.barren {
            Some((from, to)) if from == position => to,
            _ => position,
        };
        let mut tip = self.shared.tip.subscribe();
        let tip = tip
            .wait_for(|tip| tip.durable > known || tip.finished)
            .await
            .map_err(|_| Closed)?;
        if tip.durable > known {
            Ok(())
        } else {
            Err(Closed)
        }
    }

    /// Reads on in one segment; answers how far.
    fn read_segment(
        &mut self,
        segment: &Segment,
        after: Position,
        harvest: &mut Harvest,
    ) -> io::Result<Mark> {
        let file = match self.file.take() {
            Some((first, file)) if first == segment.first => file,
            _ => match File::open(&segment.path) {
                Ok(file) => file,
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    return Ok(self.miss(segment, after));
                }
                Err(error) => return Err(error),
            },
        };
        let mark = self.scan(&file, segment, after, harvest);
        self.file = Some((segment.first, file));
        mark
    }

    /// A file is gone. If it was discarded meanwhile all is well, else its records are lost.
    fn miss(&mut self, segment: &Segment, after: Position) -> Mark {
        if lock(&self.shared.catalogue)
            .after(after)
            .is_some_and(|still| still.first == segment.first)
        {
            self.report(segment, after.next().max(segment.first), segment.last);
        }
        Mark {
            segment: segment.first,
            position: segment.last,
            offset: segment.bytes,
        }
    }

    fn scan(
        &mut self,
        file: &File,
        segment: &Segment,
        after: Position,
        harvest: &mut Harvest,
    ) -> io::Result<Mark> {
        let range = Range {
            offset: self.offset_of(segment, after),
            end: segment.bytes,
            first: after.next().max(segment.first),
            last: segment.last,
        };
        let mut mark = Mark {
            segment: segment.first,
            position: after,
            offset: range.offset,
        };
        let mut scan = Scan::new(file, self.shared.log_id.checksum_seed(), range);
        while !harvest.full {
            let expected = scan.expected();
            let Some(record) = scan.next()? else {
                if expected <= segment.last {
                    self.report(segment, expected, segment.last);
                }
                return Ok(Mark {
                    position: segment.last,
                    ..mark
                });
            };
            if record.position > expected {
                self.report(segment, expected, record.position.before());
            }
            if harvest.offer(record.position, record.payload) {
                mark = Mark {
                    position: record.position,
                    offset: record.end,
                    ..mark
                };
            }
        }
        Ok(mark)
    }

    fn remember(&mut self, reached: Option<Mark>) {
        let known = |mark: &Mark| self.marks[1].is_some_and(|last| last.position == mark.position);
        if let Some(mark) = reached.filter(|mark| !known(mark)) {
            self.marks = [self.marks[1], Some(mark)];
        }
    }

    /// Where to begin in the file for the record after `after`.
    fn offset_of(&self, segment: &Segment, after: Position) -> u64 {
        self.marks
            .iter()
            .flatten()
            .find(|mark| mark.segment == segment.first && mark.position == after)
            .map_or(SEGMENT_HEADER_BYTES as u64, |mark| mark.offset)
    }

    fn report(&mut self, segment: &Segment, from: Position, to: Position) {
        let from = from.max(self.reported.next());
        if from > to {
            return;
        }
        self.reported = to;
        self.shared.counters.lost(to.get() - from.before().get());
        tracing::error!(path = %segment.path.display(), %from, %to, "click log: records are unreadable");
    }
}

/// What one read gathers.
struct Harvest {
    records: Vec<(Position, Bytes)>,
    max_records: usize,
    bytes_left: usize,
    full: bool,
}

impl Harvest {
    /// Takes the record if there is room, in any case if it is the first.
    fn offer(&mut self, position: Position, payload: Bytes) -> bool {
        if payload.len() > self.bytes_left && !self.records.is_empty() {
            self.full = true;
            return false;
        }
        self.bytes_left = self.bytes_left.saturating_sub(payload.len());
        self.records.push((position, payload));
        self.full = self.records.len() >= self.max_records;
        true
    }
}

//! Which segments there are and how much of each is durable: what the writer tells the readers.

use std::collections::VecDeque;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::Position;

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Segment {
    pub path: PathBuf,
    /// Position of the first record.
    pub first: Position,
    /// Position of the last durable record; the one before `first` while there is none.
    pub last: Position,
    /// Durable length of the file.
    pub bytes: u64,
}

impl Segment {
    fn is_empty(&self) -> bool {
        self.last < self.first
    }

    /// Records after `position`: within a segment positions do not leap.
    fn records_after(&self, position: Position) -> u64 {
        let before = position.max(self.first.before());
        self.last.get().saturating_sub(before.get())
    }
}

/// The segments in order. Only the last may grow, and only while it is open.
#[derive(Debug, Default)]
pub(crate) struct Catalogue {
    segments: VecDeque<Segment>,
    /// Since when the last segment grows.
    open: Option<Instant>,
    bytes: u64,
}

impl Catalogue {
    /// The segments found when the log was opened; none of them will grow.
    pub(crate) fn recovered(segments: VecDeque<Segment>) -> Self {
        let bytes = segments.iter().map(|segment| segment.bytes).sum();
        Self {
            segments,
            open: None,
            bytes,
        }
    }

    /// Bytes of all segments.
    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    /// A new segment will grow from here; the one before was sealed.
    pub(crate) fn begin(&mut self, segment: Segment) {
        self.bytes += segment.bytes;
        self.segments.push_back(segment);
        self.open = Some(Instant::now());
    }

    /// The open segment has become durable up to here.
    pub(crate) fn extend(&mut self, last: Position, bytes: u64) {
        if let Some(segment) = self.segments.back_mut().filter(|_| self.open.is_some()) {
            self.bytes += bytes - segment.bytes;
            segment.bytes = bytes;
            segment.last = last;
        }
    }

    /// The open segment will not grow any more. One without records is forgotten; its file is for the caller to remove.
    pub(crate) fn seal(&mut self) -> Option<PathBuf> {
        self.open.take()?;
        let empty = self.segments.pop_back_if(|segment| segment.is_empty())?;
        self.bytes -= empty.bytes;
        Some(empty.path)
    }

    /// The segment that holds the first record after `position`.
    pub(crate) fn after(&self, position: Position) -> Option<Segment> {
        let at = self
            .segments
            .partition_point(|segment| segment.last <= position);
        self.segments
            .get(at)
            .filter(|segment| !segment.is_empty())
            .cloned()
    }

    /// Forgets the closed segments that hold nothing after `position`; their files are for the caller to remove.
    pub(crate) fn discard(&mut self, position: Position) -> Vec<PathBuf> {
        let closed = self.segments.len() - usize::from(self.open.is_some());
        let shipped = self
            .segments
            .partition_point(|segment| segment.last <= position);
        let discarded: Vec<_> = self.segments.drain(..shipped.min(closed)).collect();
        self.bytes -= discarded.iter().map(|segment| segment.bytes).sum::<u64>();
        discarded.into_iter().map(|segment| segment.path).collect()
    }

    /// Whether the open segment holds records, none of them after `position`, and has been open for `age`.
    pub(crate) fn is_outlived(&self, position: Position, age: Duration) -> bool {
        let shipped = self
            .segments
            .back()
            .is_some_and(|segment| !segment.is_empty() && segment.last <= position);
        shipped && self.open.is_some_and(|since| since.elapsed() >= age)
    }

    /// Records after `position`. Their positions can not be subtracted: they leap from one segment to the next.
    pub(crate) fn records_after(&self, position: Position) -> u64 {
        self.segments
            .iter()
            .map(|segment| segment.records_after(position))
            .sum()
    }

    /// Bytes of the records after `position`; within one segment estimated from the share of its positions.
    pub(crate) fn bytes_after(&self, position: Position) -> u64 {
        self.segments
            .iter()
            .filter(|segment| segment.last > position)
            .map(|segment| {
                let records = segment.records_after(Position::START);
                let after = segment.records_after(position);
                (u128::from(segment.bytes) * u128::from(after) / u128::from(records)) as u64
            })
            .sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn segment(first: u64, last: u64) -> Segment {
        Segment {
            path: PathBuf::from(first.to_string()),
            first: Position::new(first),
            last: Position::new(last),
            bytes: 100,
        }
    }

    fn closed() -> Catalogue {
        Catalogue::recovered([segment(1, 10), segment(11, 20)].into())
    }

    #[test]
    fn the_segment_after_a_position_holds_the_next_record() {
        let catalogue = closed();
        assert_eq!(catalogue.after(Position::START), Some(segment(1, 10)));
        assert_eq!(catalogue.after(Position::new(9)), Some(segment(1, 10)));
        assert_eq!(catalogue.after(Position::new(10)), Some(segment(11, 20)));
        assert_eq!(catalogue.after(Position::new(20)), None);
    }

    #[test]
    fn only_wholly_shipped_segments_are_discarded() {
        let mut catalogue = closed();
        assert!(catalogue.discard(Position::new(9)).is_empty());
        assert_eq!(catalogue.discard(Position::new(19)), [PathBuf::from("1")]);
        assert_eq!(catalogue.bytes(), 100);
    }

    #[test]
    fn the_open_segment_is_never_discarded() {
        let mut catalogue = closed();
        catalogue.begin(segment(21, 20));
        catalogue.extend(Position::new(25), 150);
        assert_eq!(catalogue.discard(Position::new(25)).len(), 2);
        assert_eq!(catalogue.bytes(), 150);
        assert_eq!(catalogue.seal(), None);
        assert_eq!(catalogue.discard(Position::new(25)), [PathBuf::from("21")]);
        assert_eq!(catalogue.bytes(), 0);
    }

    #[test]
    fn a_segment_without_records_is_forgotten_when_sealed() {
        let mut catalogue = closed();
        catalogue.begin(segment(21, 20));
        assert_eq!(catalogue.after(Position::new(20)), None);
        assert_eq!(catalogue.seal(), Some(PathBuf::from("21")));
        assert_eq!(catalogue.bytes(), 200);
    }

    #[test]
    fn a_segment_is_outlived_when_it_is_old_and_shipped() {
        let mut catalogue = closed();
        assert!(
            !catalogue.is_outlived(Position::new(20), Duration::ZERO),
            "a closed one is discarded"
        );
        catalogue.begin(segment(21, 20));
        assert!(
            !catalogue.is_outlived(Position::new(20), Duration::ZERO),
            "it is empty"
        );
        catalogue.extend(Position::new(25), 150);
        assert!(
            !catalogue.is_outlived(Position::new(24), Duration::ZERO),
            "a record is not shipped"
        );
        assert!(
            !catalogue.is_outlived(Position::new(25), Duration::from_secs(3600)),
            "it is young"
        );
        assert!(catalogue.is_outlived(Position::new(25), Duration::ZERO));
    }

    #[test]
    fn records_are_counted_although_positions_leap_between_segments() {
        let mut catalogue = Catalogue::recovered([segment(1, 10), segment(1001, 1002)].into());
        catalogue.begin(segment(5001, 5000));
        assert_eq!(catalogue.records_after(Position::START), 12);
        catalogue.extend(Position::new(5003), 150);
        assert_eq!(catalogue.records_after(Position::START), 15);
        assert_eq!(catalogue.records_after(Position::new(8)), 7);
        assert_eq!(catalogue.records_after(Position::new(10)), 5);
        assert_eq!(catalogue.records_after(Position::new(1001)), 4);
        assert_eq!(catalogue.records_after(Position::new(5003)), 0);
        assert_eq!(Catalogue::default().records_after(Position::START), 0);
    }

    #[test]
    fn unshipped_bytes_are_the_share_of_the_segment() {
        assert_eq!(closed().bytes_after(Position::START), 200);
        assert_eq!(closed().bytes_after(Position::new(5)), 150);
        assert_eq!(closed().bytes_after(Position::new(20)), 0);
    }
}

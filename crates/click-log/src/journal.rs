//! Puts batches on the disk: positions, segments, and what to do when the disk refuses.
//!
//! After a failed sync the kernel may have marked the unwritten pages clean, so that syncing the same file again
//! succeeds without the data being there (the lesson of PostgreSQL's "fsyncgate", 2018). Hence no file is trusted after
//! a failure: it is cut back to what was durable before, closed, and the batch goes once more to a fresh file. If that
//! fails too, the batch was not recorded. The positions of a failed attempt are never used again, and the next segment
//! states after which position it follows, so the remains of the attempt are not read even if the cut did not last.

use std::io;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::Duration;

use crate::Position;
use crate::active::{Active, remove};
use crate::catalogue::{Catalogue, Segment};
use crate::disk::Disk;
use crate::error::is_out_of_room;
use crate::frame::seal;
use crate::identity::Identity;
use crate::lane::Taken;
use crate::segment::SegmentHeader;
use crate::sync::lock;

pub(crate) struct Journal {
    folder: PathBuf,
    disk: Box<dyn Disk>,
    identity: Identity,
    segment_bytes: u64,
    active: Option<Active>,
    /// The next position to give out.
    next: Position,
    /// The last durable position.
    durable: Position,
}

/// A successful commit.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Committed {
    pub first: Position,
    pub last: Position,
    pub bytes: u64,
    pub sync: Duration,
}

impl Journal {
    /// Reserves the first stretch of positions, which also shows that the folder can be written.
    pub(crate) fn begin(
        folder: &Path,
        disk: Box<dyn Disk>,
        mut identity: Identity,
        segment_bytes: u64,
        durable: Position,
    ) -> io::Result<Self> {
        let next = identity.reserved;
        identity.reserve(&*disk, folder, next)?;
        Ok(Self {
            folder: folder.into(),
            disk,
            identity,
            segment_bytes,
            active: None,
            next,
            durable,
        })
    }

    /// Makes all records durable, or none of them counts.
    pub(crate) fn commit(
        &mut self,
        batch: &mut [Taken],
        catalogue: &Mutex<Catalogue>,
    ) -> io::Result<Committed> {
        match self.attempt(batch, catalogue) {
            // A fresh file helps against a bad spot or a lost sync, but makes no room.
            Err(error) if !is_out_of_room(&error) => {
                tracing::warn!(%error, "click log: writing failed, trying a fresh segment");
                self.attempt(batch, catalogue)
            }
            result => result,
        }
    }

    fn attempt(
        &mut self,
        batch: &mut [Taken],
        catalogue: &Mutex<Catalogue>,
    ) -> io::Result<Committed> {
        let records: u64 = batch.iter().map(|taken| taken.records).sum();
        let first = self.next;
        let last = first.plus(records).before();
        self.identity.reserve(&*self.disk, &self.folder, last)?;
        // Before the attempt: its positions are spent even if it fails.
        self.next = last.next();
        let mut position = first;
        for taken in batch.iter_mut() {
            seal(
                &mut taken.frames,
                self.identity.log_id.checksum_seed(),
                position,
            );
            position = position.plus(taken.records);
        }
        let sync = self
            .write(batch, first, last, catalogue)
            .inspect_err(|_| self.end_segment(catalogue))?;
        self.durable = last;
        let bytes = batch.iter().map(|taken| taken.frames.len() as u64).sum();
        Ok(Committed {
            first,
            last,
            bytes,
            sync,
        })
    }

    fn write(
        &mut self,
        batch: &[Taken],
        first: Position,
        last: Position,
        catalogue: &Mutex<Catalogue>,
    ) -> io::Result<Duration> {
        if self.active.as_ref().is_some_and(Active::is_complete) {
            self.end_segment(catalogue);
        }
        let active = match &mut self.active {
            Some(active) => active,
            none => {
                let header = SegmentHeader {
                    log_id: self.identity.log_id,
                    first,
                    follows: self.durable,
                };
                let active =
                    Active::create(&*self.disk, &self.folder, &header, self.segment_bytes)?;
                lock(catalogue).begin(Segment {
                    path: active.path().into(),
                    first,
                    last: first.before(),
                    bytes: active.bytes(),
                });
                none.insert(active)
            }
        };
        let sync = active.append(batch.iter().map(|taken| &taken.frames[..]))?;
        lock(catalogue).extend(last, active.bytes());
        Ok(sync)
    }

    /// The segment will not be written again: it is complete, it failed, or the log closes.
    pub(crate) fn end_segment(&mut self, catalogue: &Mutex<Catalogue>) {
        if let Some(active) = self.active.take() {
            active.close();
        }
        if let Some(empty) = lock(catalogue).seal() {
            remove(&empty);
        }
    }
}

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
use std::time::{Duration, Instant};

use crate::Position;
use crate::catalogue::{Catalogue, Segment};
use crate::disk::{Disk, SegmentFile};
use crate::error::is_out_of_room;
use crate::frame::seal;
use crate::identity::Identity;
use crate::lane::Taken;
use crate::segment::{SEGMENT_HEADER_BYTES, SegmentHeader, segment_path};
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

/// The segment being written.
struct Active {
    file: Box<dyn SegmentFile>,
    path: PathBuf,
    /// Durable length.
    bytes: u64,
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
        self.identity
            .reserve(&*self.disk, &self.folder, first.plus(records))?;
        // Before the attempt: its positions are spent even if it fails.
        self.next = first.plus(records);
        let mut position = first;
        for taken in batch.iter_mut() {
            seal(
                &mut taken.frames,
                self.identity.log_id.checksum_seed(),
                position,
            );
            position = position.plus(taken.records);
        }
        let written = self.write(batch, first, catalogue);
        if written.is_err() {
            self.abandon(catalogue);
        }
        let (bytes, sync) = written?;
        self.durable = self.next.before();
        Ok(Committed {
            first,
            last: self.durable,
            bytes,
            sync,
        })
    }

    fn write(
        &mut self,
        batch: &[Taken],
        first: Position,
        catalogue: &Mutex<Catalogue>,
    ) -> io::Result<(u64, Duration)> {
        if self
            .active
            .as_ref()
            .is_some_and(|active| active.bytes >= self.segment_bytes)
        {
            self.close_segment(catalogue);
        }
        let active = match &mut self.active {
            Some(active) => active,
            none => none.insert(begin_segment(
                &*self.disk,
                &self.folder,
                self.identity,
                first,
                self.durable,
                catalogue,
            )?),
        };
        let mut bytes = 0;
        for taken in batch {
            active.file.write_all(&taken.frames)?;
            bytes += taken.frames.len() as u64;
        }
        let started = Instant::now();
        active.file.sync_data()?;
        active.bytes += bytes;
        lock(catalogue).extend(self.next.before(), active.bytes);
        Ok((bytes, started.elapsed()))
    }

    fn close_segment(&mut self, catalogue: &Mutex<Catalogue>) {
        self.active = None;
        if let Some(empty) = lock(catalogue).seal() {
            remove(&empty);
        }
    }

    /// Gives up the segment that failed, keeping what was durable in it.
    fn abandon(&mut self, catalogue: &Mutex<Catalogue>) {
        if let Some(mut active) = self.active.take()
            && let Err(error) = active.file.truncate(active.bytes)
        {
            tracing::warn!(%error, path = %active.path.display(), "click log: cannot cut a failed write");
        }
        self.close_segment(catalogue);
    }
}

/// A segment exists durably, with its header, before the first record goes in.
fn begin_segment(
    disk: &dyn Disk,
    folder: &Path,
    identity: Identity,
    first: Position,
    follows: Position,
    catalogue: &Mutex<Catalogue>,
) -> io::Result<Active> {
    let path = segment_path(folder, first);
    let header = SegmentHeader {
        log_id: identity.log_id,
        first,
        follows,
    };
    let create = || {
        let mut file = disk.create(&path)?;
        file.write_all(&header.encode())?;
        file.sync_data()?;
        disk.sync_folder(folder)?;
        Ok(file)
    };
    let file = create().inspect_err(|_: &io::Error| remove(&path))?;
    let bytes = SEGMENT_HEADER_BYTES as u64;
    lock(catalogue).begin(Segment {
        path: path.clone(),
        first,
        last: first.before(),
        bytes,
    });
    Ok(Active { file, path, bytes })
}

/// Removes a file that holds no durable record; one that stays behind is removed when the log is opened next.
fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "click log: cannot remove an empty segment");
    }
}

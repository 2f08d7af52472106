//! The segment being written.
//!
//! Zeroes are written ahead of the records, so that nearly every commit overwrites bytes the file already has. Such a
//! sync has only data to write; one that lengthens the file also waits for the file system's journal, which carries
//! everybody's changes and takes many times as long when the disk is shared. PostgreSQL zero-fills its log likewise.

use std::io;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use crate::disk::{Disk, SegmentFile};
use crate::segment::{SegmentHeader, segment_path};

static ZEROES: [u8; 1 << 20] = [0; 1 << 20];

pub(crate) struct Active {
    file: Box<dyn SegmentFile>,
    path: PathBuf,
    /// Durable length, without the zeroes ahead.
    bytes: u64,
    /// Length of the file.
    allocated: u64,
    /// The length the segment is meant to reach.
    capacity: u64,
}

impl Active {
    /// A segment exists durably, with its header, before the first record goes in.
    pub(crate) fn create(
        disk: &dyn Disk,
        folder: &Path,
        header: &SegmentHeader,
        capacity: u64,
    ) -> io::Result<Self> {
        let path = segment_path(folder, header.first);
        let file = disk.create(&path)?;
        let mut active = Self {
            file,
            path,
            bytes: 0,
            allocated: 0,
            capacity,
        };
        let written = active
            .append([&header.encode()[..]])
            .and_then(|_| disk.sync_folder(folder));
        written.inspect_err(|_| remove(&active.path))?;
        Ok(active)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn is_complete(&self) -> bool {
        self.bytes >= self.capacity
    }

    /// Writes the parts one behind the other and makes them durable; answers how long the sync took.
    pub(crate) fn append<'a>(
        &mut self,
        parts: impl IntoIterator<Item = &'a [u8]>,
    ) -> io::Result<Duration> {
        let mut end = self.bytes;
        for part in parts {
            self.file.write_at(part, end)?;
            end += part.len() as u64;
        }
        if end > self.allocated {
            self.write_zeroes(end)?;
        }
        let started = Instant::now();
        self.file.sync_data()?;
        self.bytes = end;
        Ok(started.elapsed())
    }

    fn write_zeroes(&mut self, from: u64) -> io::Result<()> {
        let zeroes = self.capacity.saturating_sub(from).min(ZEROES.len() as u64);
        self.file.write_at(&ZEROES[..zeroes as usize], from)?;
        self.allocated = from + zeroes;
        Ok(())
    }

    /// Cuts off whatever lies behind the durable records: zeroes, or the remains of a failed write. Nobody depends on
    /// it, since readers know where the records end; it frees the space.
    pub(crate) fn close(mut self) {
        if self.allocated > self.bytes
            && let Err(error) = self.file.truncate(self.bytes)
        {
            tracing::warn!(%error, path = %self.path.display(), "click log: cannot cut a segment to its records");
        }
    }
}

/// Removes a file that holds no durable record; one that stays behind is removed when the log is opened next.
pub(crate) fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != io::ErrorKind::NotFound
    {
        tracing::warn!(%error, path = %path.display(), "click log: cannot remove an empty segment");
    }
}

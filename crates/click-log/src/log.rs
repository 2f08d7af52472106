//! Opening, closing and discarding: the handle the server owns.

use std::io;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::thread::{self, JoinHandle};

use tokio::runtime::Handle;

use crate::catalogue::Catalogue;
use crate::disk::{Disk, RealDisk};
use crate::error::SegmentError;
use crate::folder::{self, FolderLock};
use crate::identity::Identity;
use crate::journal::Journal;
use crate::recovery::{Recovery, recover};
use crate::shared::Shared;
use crate::sync::lock;
use crate::writer::{Pauses, Writer};
use crate::{Appender, LogId, OpenError, Options, Position, Reader, Stats};

/// An open click log; it alone uses its folder. Dropping it commits what was appended and ends its writer.
#[derive(Debug)]
pub struct ClickLog {
    shared: Arc<Shared>,
    writer: Option<JoinHandle<()>>,
    /// Released last: fields are dropped in this order.
    _lock: FolderLock,
}

impl ClickLog {
    /// Opens the log in `folder`, creating both if needed, and says what it found. Blocks on the disk.
    pub fn open(folder: &Path, options: &Options) -> Result<(Self, Recovery), OpenError> {
        Self::open_on(folder, options, Box::new(RealDisk), Pauses::DEFAULT)
    }

    pub(crate) fn open_on(
        folder: &Path,
        options: &Options,
        disk: Box<dyn Disk>,
        pauses: Pauses,
    ) -> Result<(Self, Recovery), OpenError> {
        let lock = folder::claim(folder)?;
        let recovered = recover(folder, options.new_log_id)?;
        let identity = recovered.identity;
        let durable = recovered
            .segments
            .back()
            .map_or(Position::START, |segment| segment.last);
        // At least four segments, so that discarding can make room while the newest is still being written.
        let segment_bytes = options.segment_bytes.min(options.max_bytes / 4);
        let journal = Journal::begin(folder, disk, identity, segment_bytes, durable)
            .map_err(OpenError::unusable(Identity::path(folder)))?;
        let shared = Arc::new(Shared::new(
            identity.log_id,
            options,
            durable,
            Catalogue::recovered(recovered.segments),
        ));
        let writer = Writer::new(Arc::clone(&shared), journal, pauses);
        let thread = thread::Builder::new()
            .name("click-log".into())
            .spawn(move || writer.run())
            .map_err(OpenError::Thread)?;
        shared.bell.attach(thread.thread());
        let log = Self {
            shared,
            writer: Some(thread),
            _lock: lock,
        };
        Ok((log, recovered.report))
    }

    /// The identity of this log, beside which the shipper stores its position.
    pub fn id(&self) -> LogId {
        self.shared.log_id
    }

    /// A handle that adds records. Create one on each worker thread, with that worker's runtime, which will run a small
    /// task for as long as the handle lives: it wakes the requests that wait for a commit.
    pub fn appender(&self, runtime: &Handle) -> Appender {
        Appender::new(&self.shared, runtime)
    }

    /// A handle that reads the records. It outlives the log, so that what was appended can be shipped after closing.
    pub fn reader(&self) -> Reader {
        Reader::new(Arc::clone(&self.shared))
    }

    /// Position of the last durable record.
    pub fn durable(&self) -> Position {
        self.shared.tip.borrow().durable
    }

    /// Durable records after `position`, those that can not be read included.
    pub fn records_after(&self, position: Position) -> u64 {
        lock(&self.shared.catalogue).records_after(position)
    }

    /// Removes the segments that hold nothing after `position`, which must be shipped durably. Blocks on the disk.
    ///
    /// Worth calling now and then although nothing new was shipped: a segment past [`Options::segment_age`] is closed by
    /// one call and removed by a later one.
    pub fn discard_up_to(&self, position: Position) -> Result<(), SegmentError> {
        self.shared
            .shipped
            .fetch_max(position.get(), Ordering::Relaxed);
        let mut catalogue = lock(&self.shared.catalogue);
        let discarded = catalogue.discard(position);
        let outlived = catalogue.is_outlived(position, self.shared.segment_age);
        drop(catalogue);
        if outlived {
            self.shared.request_segment_end();
        }
        let removed = discarded
            .into_iter()
            .map(|path| match std::fs::remove_file(&path) {
                Err(source) if source.kind() != io::ErrorKind::NotFound => {
                    Err(SegmentError { path, source })
                }
                _ => Ok(()),
            });
        // All are tried; the first failure is told.
        removed.fold(Ok(()), Result::and)
    }

    /// The log's figures.
    pub fn stats(&self) -> Stats {
        self.shared.stats()
    }

    /// Refuses further appends, commits those already taken, and returns when the writer has ended.
    pub async fn close(&self) {
        self.shared.close();
        // The sender lives in `shared`, which outlives this wait.
        let _ = self
            .shared
            .tip
            .subscribe()
            .wait_for(|tip| tip.finished)
            .await;
    }
}

impl Drop for ClickLog {
    fn drop(&mut self) {
        self.shared.close();
        if let Some(writer) = self.writer.take() {
            // A panic of the writer was printed by its thread; its drop has settled everything that waited.
            let _ = writer.join();
        }
    }
}

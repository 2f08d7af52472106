//! What the handles of one log and its writer have in common.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::sync::watch;

use crate::bell::Bell;
use crate::catalogue::Catalogue;
use crate::lane::{Lane, Taken};
use crate::stats::Counters;
use crate::sync::lock;
use crate::{LogId, Options, Position, Stats};

#[derive(Debug)]
pub(crate) struct Shared {
    pub log_id: LogId,
    pub max_bytes: u64,
    pub max_pending_bytes: usize,
    pub segment_age: Duration,
    /// No more appends are taken; the writer is about to end.
    closed: AtomicBool,
    /// The writer shall close its segment.
    segment_outlived: AtomicBool,
    pub bell: Bell,
    pub counters: Counters,
    pub catalogue: Mutex<Catalogue>,
    pub tip: watch::Sender<Tip>,
    /// The highest position that was discarded.
    pub shipped: AtomicU64,
    lanes: Mutex<Vec<Arc<Lane>>>,
}

/// How far the log reaches.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tip {
    /// Position of the last durable record.
    pub durable: Position,
    /// The writer has ended; nothing will follow.
    pub finished: bool,
}

impl Shared {
    pub(crate) fn new(
        log_id: LogId,
        options: &Options,
        durable: Position,
        catalogue: Catalogue,
    ) -> Self {
        Self {
            log_id,
            max_bytes: options.max_bytes,
            max_pending_bytes: options.max_pending_bytes,
            segment_age: options.segment_age,
            closed: AtomicBool::new(false),
            segment_outlived: AtomicBool::new(false),
            bell: Bell::default(),
            counters: Counters::default(),
            catalogue: Mutex::new(catalogue),
            tip: watch::Sender::new(Tip {
                durable,
                finished: false,
            }),
            shipped: AtomicU64::new(0),
            lanes: Mutex::default(),
        }
    }

    pub(crate) fn close(&self) {
        self.closed.store(true, Ordering::Release);
        self.bell.wake();
    }

    pub(crate) fn is_closed(&self) -> bool {
        self.closed.load(Ordering::Acquire)
    }

    pub(crate) fn request_segment_end(&self) {
        self.segment_outlived.store(true, Ordering::Release);
        self.bell.wake();
    }

    pub(crate) fn take_segment_end_request(&self) -> bool {
        self.segment_outlived.swap(false, Ordering::AcqRel)
    }

    pub(crate) fn add_lane(&self, lane: &Arc<Lane>) {
        let mut lanes = lock(&self.lanes);
        // Under the lock that the writer takes to close all lanes, after the log was closed: one of the two closes this.
        if self.is_closed() {
            lane.close();
        }
        forget_idle(&mut lanes);
        lanes.push(Arc::clone(lane));
    }

    /// Takes what gathered in all lanes.
    pub(crate) fn take_pending(&self, close: bool) -> Vec<Taken> {
        let mut lanes = lock(&self.lanes);
        let taken = lanes.iter().filter_map(|lane| lane.take(close)).collect();
        forget_idle(&mut lanes);
        taken
    }

    pub(crate) fn stats(&self) -> Stats {
        let shipped = Position::new(self.shipped.load(Ordering::Relaxed));
        let catalogue = lock(&self.catalogue);
        Stats {
            stored_bytes: catalogue.bytes(),
            unshipped_bytes: catalogue.bytes_after(shipped),
            ..self.counters.snapshot()
        }
    }
}

/// Drops the lanes that nobody can append to any more, once they are empty.
fn forget_idle(lanes: &mut Vec<Arc<Lane>>) {
    lanes.retain(|lane| Arc::strong_count(lane) > 1 || !lane.is_empty());
}

//! Which connections are open, and whether the engine is about to stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

/// The connections of a process; clones mean the same ones.
#[derive(Clone, Debug, Default)]
pub struct Connections(Arc<State>);

#[derive(Debug, Default)]
struct State {
    open: TaskTracker,
    draining: AtomicBool,
    is_closing: AtomicBool,
    closing: CancellationToken,
}

impl Connections {
    /// Counts a connection until the token is dropped.
    pub fn enter(&self) -> TaskTrackerToken {
        self.0.open.token()
    }

    /// Whether answers close their connections, because the engine is about to stop.
    pub fn is_draining(&self) -> bool {
        self.0.draining.load(Ordering::Relaxed)
    }

    /// From now on each answer is the last one of its connection.
    pub fn drain(&self) {
        self.0.draining.store(true, Ordering::Relaxed);
    }

    /// Ends connections that wait for a request, now and whenever one begins to wait.
    pub fn close_idle(&self) {
        self.0.is_closing.store(true, Ordering::Release);
        self.0.closing.cancel();
    }

    /// Whether connections that wait for a request shall end.
    pub fn is_closing(&self) -> bool {
        self.0.is_closing.load(Ordering::Acquire)
    }

    /// Resolves when [`Connections::close_idle`] was called.
    pub fn closing(&self) -> WaitForCancellationFutureOwned {
        self.0.closing.clone().cancelled_owned()
    }

    /// Whether no connection is open.
    pub fn is_empty(&self) -> bool {
        self.0.open.is_empty()
    }

    /// Waits until no connection is open.
    pub async fn all_closed(&self) {
        self.0.open.close();
        self.0.open.wait().await;
    }
}

//! Keeps the server running for as long as this process uses it.
//!
//! A plain thread and not a task: it must outlive whatever async runtime the engine or a test uses, and it
//! must be able to stop the server when it is merely dropped.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread::{JoinHandle, sleep};
use std::time::{Duration, Instant};

use super::error::EmbeddedError;
use super::locks::Locks;
use super::log_file;
use super::pid_file::{self, PidFile};
use super::server::{POLL, Plan, Server};

/// How often the server is looked at.
const WATCH: Duration = Duration::from_millis(100);
/// Wait before the first restart, doubled with each failure.
const BACKOFF_MIN: Duration = Duration::from_millis(100);
const BACKOFF_MAX: Duration = Duration::from_secs(10);
/// How long a guest waits for the owner to have the server ready.
const GUEST_TIMEOUT: Duration = Duration::from_secs(300);

/// Handle on the watching thread. Dropping it leaves the server, as `leave` does.
pub(super) struct Supervisor {
    plan: Arc<Plan>,
    thread: Option<Thread>,
}

struct Thread {
    /// Dropped to tell the thread to leave.
    stay: Sender<()>,
    handle: JoinHandle<Result<(), EmbeddedError>>,
}

impl Supervisor {
    /// Joins the users of the server, starts it if nobody has, and keeps it running. Blocks until ready.
    pub fn start(plan: Plan) -> Result<Self, EmbeddedError> {
        let mut watch = Watch::begin(plan)?;
        let plan = Arc::clone(&watch.plan);
        let (stay, stays) = channel();
        let handle = std::thread::Builder::new()
            .name("postgres-supervisor".to_owned())
            .spawn(move || {
                watch.run(&stays);
                watch.leave()
            })
            .map_err(EmbeddedError::io(
                "start a thread for",
                &plan.layout.cluster,
            ))?;
        Ok(Self {
            plan,
            thread: Some(Thread { stay, handle }),
        })
    }

    /// Leaves the server; the last user stops it. Blocks.
    pub fn leave(&mut self) -> Result<(), EmbeddedError> {
        let Some(Thread { stay, handle }) = self.thread.take() else {
            return Ok(());
        };
        self.plan.leaving.store(true, Ordering::Relaxed);
        drop(stay);
        handle.join().unwrap_or(Err(EmbeddedError::Supervisor))
    }
}

impl Drop for Supervisor {
    fn drop(&mut self) {
        if let Err(error) = self.leave() {
            tracing::error!(%error, "PostgreSQL could not be stopped");
        }
    }
}

/// What the thread knows.
struct Watch {
    plan: Arc<Plan>,
    locks: Locks,
    /// The running server, if this process owns it.
    server: Option<Server>,
    restart: Backoff,
}

impl Watch {
    fn begin(plan: Plan) -> Result<Self, EmbeddedError> {
        let mut watch = Self {
            locks: Locks::join(&plan.layout)?,
            plan: Arc::new(plan),
            server: None,
            restart: Backoff::new(),
        };
        let started = Instant::now();
        while !watch.locks.try_own() {
            if watch.is_served() {
                return Ok(watch);
            }
            if started.elapsed() > GUEST_TIMEOUT {
                return Err(watch.plan.timed_out("become ready", GUEST_TIMEOUT));
            }
            sleep(POLL);
        }
        watch.server = Some(Server::launch(&watch.plan)?);
        Ok(watch)
    }

    /// Whether the owner has the server ready.
    fn is_served(&self) -> bool {
        let cluster = &self.plan.layout.cluster;
        PidFile::read(cluster).is_some_and(|file| file.ready && pid_file::serves(file.pid, cluster))
    }

    fn run(&mut self, stays: &Receiver<()>) {
        while stays.recv_timeout(WATCH) == Err(RecvTimeoutError::Timeout) {
            if self.locks.try_own() {
                self.keep_running();
            }
        }
    }

    /// As the owner: restarts a server that ended, takes over one whose owner left, bounds the log.
    fn keep_running(&mut self) {
        if let Some(server) = &mut self.server {
            if server.is_running(&self.plan) {
                self.restart.settle();
                if let Err(error) = log_file::bound(&self.plan.layout.log) {
                    tracing::warn!(%error, "the log of PostgreSQL could not be set aside");
                }
                return;
            }
            tracing::error!("PostgreSQL ended unexpectedly; restarting it");
            self.server = None;
        }
        if !self.restart.is_due() {
            return;
        }
        match Server::launch(&self.plan) {
            Ok(server) => {
                tracing::info!("PostgreSQL runs again");
                self.server = Some(server);
            }
            Err(EmbeddedError::Cancelled) => {}
            Err(error) => {
                tracing::error!(%error, "PostgreSQL could not be restarted; trying again");
            }
        }
    }

    fn leave(self) -> Result<(), EmbeddedError> {
        let Self {
            plan,
            locks,
            server,
            ..
        } = self;
        // A guest may be the last one out without having had the time to take over.
        let left = locks.leave(|| {
            if let Some(mut server) = server.or_else(|| Server::left_running(&plan.layout)) {
                server.stop(&plan)?;
            }
            plan.layout.remove_outside_socket_dir();
            Ok::<(), EmbeddedError>(())
        })?;
        tracing::debug!(?left, "left the embedded PostgreSQL");
        Ok(())
    }
}

/// When the next restart may be tried.
struct Backoff {
    wait: Duration,
    due: Option<Instant>,
    settled_after: Option<Instant>,
}

impl Backoff {
    fn new() -> Self {
        Self {
            wait: BACKOFF_MIN,
            due: None,
            settled_after: None,
        }
    }

    /// Whether a try is due now; if so the next one waits twice as long.
    fn is_due(&mut self) -> bool {
        let now = Instant::now();
        if self.due.is_some_and(|due| now < due) {
            return false;
        }
        self.due = Some(now + self.wait);
        self.wait = (self.wait * 2).min(BACKOFF_MAX);
        self.settled_after = Some(now + BACKOFF_MAX);
        true
    }

    /// Forgets former failures once the server has run for a while: one that ends right after each start
    /// must not be restarted ten times a second.
    fn settle(&mut self) {
        if self.settled_after.is_some_and(|at| Instant::now() > at) {
            *self = Self::new();
        }
    }
}

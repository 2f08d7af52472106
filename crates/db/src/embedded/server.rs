//! One PostgreSQL server process: started, or adopted from an engine that was killed; watched and stopped.

use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::sleep;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use super::account::Account;
use super::binaries::Binaries;
use super::cluster;
use super::error::EmbeddedError;
use super::layout::Layout;
use super::pid_file::{self, PidFile};
use super::{log_file, settings};

/// How often a condition is looked at while waiting for it.
pub(super) const POLL: Duration = Duration::from_millis(25);
/// Replaying the log after a crash takes as long as writing it did.
const READY_TIMEOUT: Duration = Duration::from_secs(300);
/// A fast shutdown writes a checkpoint.
const STOP_TIMEOUT: Duration = Duration::from_secs(60);
/// After SIGQUIT nothing is written any more.
const QUIT_TIMEOUT: Duration = Duration::from_secs(10);

/// What is needed to run the server of one data folder.
pub(super) struct Plan {
    pub layout: Layout,
    pub binaries: Binaries,
    pub account: Account,
    /// Set when the engine stops: a start under way is given up.
    pub leaving: AtomicBool,
}

/// A running server.
pub(super) struct Server {
    process: Process,
}

enum Process {
    /// Our child, which must be reaped.
    Child(Child),
    /// Somebody else's.
    Adopted(i32),
}

impl Server {
    /// Adopts the server that runs on the data folder, or makes the database if there is none and starts one.
    /// Only the owner of the data folder may call this. Blocks until the server takes connections.
    pub fn launch(plan: &Plan) -> Result<Self, EmbeddedError> {
        let layout = &plan.layout;
        cluster::write_access_rules(layout, &plan.account)?;
        layout.create_socket_dir(&plan.account)?;
        if cluster::written_by(&layout.cluster)?.is_none() {
            cluster::initialise(layout, &plan.binaries, &plan.account)?;
        }
        let log_start = layout.log.metadata().map_or(0, |m| m.len());
        let mut server = match Self::left_running(layout) {
            Some(server) => server,
            None => Self::new(Process::Child(spawn(plan)?)),
        };
        match server.wait_ready(plan, log_start) {
            Ok(()) => Ok(server),
            Err(error) => {
                // What does not become ready must not linger either.
                if let Err(stop) = server.stop(plan) {
                    tracing::error!(error = %stop, "PostgreSQL did not start and could not be stopped");
                }
                Err(error)
            }
        }
    }

    fn new(process: Process) -> Self {
        Self { process }
    }

    /// The server that runs on the data folder although nobody owns it, ready or not.
    pub fn left_running(layout: &Layout) -> Option<Self> {
        let pid = PidFile::read(&layout.cluster)?.pid;
        if !pid_file::serves(pid, &layout.cluster) {
            return None;
        }
        tracing::info!(
            pid,
            "adopting the PostgreSQL that another process left running"
        );
        Some(Self::new(Process::Adopted(pid)))
    }

    fn wait_ready(&mut self, plan: &Plan, log_start: u64) -> Result<(), EmbeddedError> {
        let layout = &plan.layout;
        let started = Instant::now();
        loop {
            if !self.is_running(plan) {
                return Err(EmbeddedError::Died {
                    status: self.exit_status(),
                    log: layout.log.clone(),
                    tail: log_file::tail(&layout.log, log_start),
                });
            }
            let file = PidFile::read(&layout.cluster);
            if file.is_some_and(|file| file.ready && file.pid == self.process.id()) {
                return Ok(());
            }
            if plan.leaving.load(Ordering::Relaxed) {
                return Err(EmbeddedError::Cancelled);
            }
            if started.elapsed() > READY_TIMEOUT {
                return Err(plan.timed_out("become ready", READY_TIMEOUT));
            }
            sleep(POLL);
        }
    }

    /// Whether the process lives.
    pub fn is_running(&mut self, plan: &Plan) -> bool {
        match &mut self.process {
            Process::Child(child) => matches!(child.try_wait(), Ok(None)),
            Process::Adopted(pid) => pid_file::serves(*pid, &plan.layout.cluster),
        }
    }

    fn exit_status(&mut self) -> String {
        match &mut self.process {
            Process::Child(child) => match child.try_wait() {
                Ok(Some(status)) => match status.signal() {
                    Some(signal) => format!("killed by signal {signal}"),
                    None => status.to_string(),
                },
                _ => "status unknown".to_owned(),
            },
            Process::Adopted(_) => "it ended".to_owned(),
        }
    }

    /// Stops the server: open transactions are rolled back, what is committed is written. Blocks.
    pub fn stop(&mut self, plan: &Plan) -> Result<(), EmbeddedError> {
        for (signal, timeout) in [
            (Signal::SIGINT, STOP_TIMEOUT),
            (Signal::SIGQUIT, QUIT_TIMEOUT),
        ] {
            if !self.is_running(plan) {
                return Ok(());
            }
            // The process may end between the check and the signal, which is what is wanted.
            let _ = kill(Pid::from_raw(self.process.id()), signal);
            let asked = Instant::now();
            while asked.elapsed() < timeout {
                if !self.is_running(plan) {
                    return Ok(());
                }
                sleep(POLL);
            }
        }
        Err(plan.timed_out("stop", STOP_TIMEOUT + QUIT_TIMEOUT))
    }
}

impl Process {
    fn id(&self) -> i32 {
        match self {
            Self::Child(child) => child.id().cast_signed(),
            Self::Adopted(pid) => *pid,
        }
    }
}

impl Plan {
    pub fn timed_out(&self, what: &'static str, after: Duration) -> EmbeddedError {
        EmbeddedError::TimedOut {
            what,
            cluster: self.layout.cluster.clone(),
            seconds: after.as_secs(),
            log: self.layout.log.clone(),
        }
    }
}

fn spawn(plan: &Plan) -> Result<Child, EmbeddedError> {
    let layout = &plan.layout;
    if PidFile::read(&layout.cluster).is_some() {
        tracing::warn!("PostgreSQL was not shut down cleanly; it recovers now");
        pid_file::disown(layout, &plan.account)?;
        layout.remove_stale_socket();
    }
    let log = log_file::open(&layout.log)?;
    let errors = log
        .try_clone()
        .map_err(EmbeddedError::io("open", &layout.log))?;
    let program = plan.binaries.path("postgres");
    let mut command = Command::new(&program);
    command
        .arg("-D")
        .arg(&layout.cluster)
        .args(settings::arguments(layout))
        .stdin(Stdio::null())
        .stdout(log)
        .stderr(errors)
        // Ctrl-C in the engine's terminal must not stop the database before the engine has finished.
        .process_group(0);
    plan.account
        .run_as(cluster::bare_environment(&mut command))
        .spawn()
        .map_err(EmbeddedError::io("run", &program))
}

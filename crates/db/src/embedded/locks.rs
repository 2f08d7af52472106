//! Who starts and stops the server when several processes use one data folder.
//!
//! Two file locks, which the kernel drops when a process ends in whatever way. Every user of the server
//! holds `users` (shared). One of them also holds `owner`: it starts the server, watches it and stops it.
//! An owner that leaves may stop the server only when it can have `users` for itself alone; otherwise it
//! leaves the server running and the next user that finds `owner` free takes over. A newcomer takes `users`
//! first, so that it either keeps the server from being stopped or waits until it has been.

use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use super::error::EmbeddedError;
use super::layout::Layout;

/// A process's part in using one server.
///
/// Fields drop in order: `owner` is free before a newcomer that waits for `users` comes in.
pub(super) struct Locks {
    owner: File,
    users: File,
    is_owner: bool,
}

impl Locks {
    /// Joins the users of the server; waits while it is being stopped.
    pub fn join(layout: &Layout) -> Result<Self, EmbeddedError> {
        let users = open(&layout.users_lock)?;
        users
            .lock_shared()
            .map_err(EmbeddedError::io("lock", &layout.users_lock))?;
        Ok(Self {
            owner: open(&layout.owner_lock)?,
            users,
            is_owner: false,
        })
    }

    /// Becomes the owner if nobody is. Answers whether this process is the owner now.
    pub fn try_own(&mut self) -> bool {
        if !self.is_owner {
            self.is_owner = self.owner.try_lock().is_ok();
        }
        self.is_owner
    }

    /// Leaves. The last user to do so owns the server, whoever owned it before, and runs `stop` before
    /// anybody else may join.
    ///
    /// flock(2) gives up a shared lock when it tries for the exclusive one, so a failed try is also the
    /// end of having been a user. A user that failed to own because another was just leaving relies on that
    /// other to look again, hence the loop: whoever leaves last finds both locks free.
    pub fn leave<E>(mut self, stop: impl FnOnce() -> Result<(), E>) -> Result<Leaving, E> {
        let _ = self.users.unlock();
        while self.try_own() {
            if self.users.try_lock().is_ok() {
                return stop().map(|()| Leaving::Stopped);
            }
            self.disown();
            if self.users.try_lock().is_err() {
                return Ok(Leaving::StillUsed);
            }
            let _ = self.users.unlock();
        }
        Ok(Leaving::StillUsed)
    }

    fn disown(&mut self) {
        // Should unlocking fail, the lock ends with the file.
        let _ = self.owner.unlock();
        self.is_owner = false;
    }
}

/// What leaving did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Leaving {
    /// The server goes on for its other users, one of which owns it or becomes its owner.
    StillUsed,
    /// The last one out stopped the server.
    Stopped,
}

fn open(path: &Path) -> Result<File, EmbeddedError> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
        .map_err(EmbeddedError::io("open", path))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stop() -> Result<(), EmbeddedError> {
        Ok(())
    }

    fn layout() -> (tempfile::TempDir, Layout) {
        let folder = tempfile::tempdir().unwrap();
        let layout = Layout::create(folder.path()).unwrap();
        (folder, layout)
    }

    #[test]
    fn the_first_user_owns_and_the_second_is_a_guest() {
        let (_folder, layout) = layout();
        let mut first = Locks::join(&layout).unwrap();
        let mut second = Locks::join(&layout).unwrap();
        assert!(first.try_own() && !second.try_own());
        assert_eq!(second.leave(stop).unwrap(), Leaving::StillUsed);
        assert_eq!(first.leave(stop).unwrap(), Leaving::Stopped);
    }

    #[test]
    fn an_owner_with_guests_hands_over_to_one_of_them() {
        let (_folder, layout) = layout();
        let mut first = Locks::join(&layout).unwrap();
        let mut second = Locks::join(&layout).unwrap();
        assert!(first.try_own() && !second.try_own());
        assert_eq!(first.leave(stop).unwrap(), Leaving::StillUsed);
        assert!(second.try_own());
        assert_eq!(second.leave(stop).unwrap(), Leaving::Stopped);
    }

    #[test]
    fn a_guest_that_is_left_alone_stops_the_server_when_it_leaves() {
        let (_folder, layout) = layout();
        let mut first = Locks::join(&layout).unwrap();
        let second = Locks::join(&layout).unwrap();
        assert!(first.try_own());
        assert_eq!(first.leave(stop).unwrap(), Leaving::StillUsed);
        assert_eq!(second.leave(stop).unwrap(), Leaving::Stopped);
    }

    #[test]
    fn of_many_who_leave_at_once_one_stops_the_server() {
        let (_folder, layout) = layout();
        for _ in 0..50 {
            let users: Vec<Locks> = (0..4).map(|_| Locks::join(&layout).unwrap()).collect();
            let threads = users
                .into_iter()
                .map(|locks| std::thread::spawn(|| locks.leave(stop)));
            let threads: Vec<_> = threads.collect();
            let left = threads
                .into_iter()
                .map(|thread| thread.join().unwrap().unwrap());
            assert!(left.filter(|left| *left == Leaving::Stopped).count() >= 1);
        }
    }

    #[test]
    fn a_newcomer_waits_until_a_stopping_server_has_stopped() {
        let (_folder, layout) = layout();
        let mut first = Locks::join(&layout).unwrap();
        assert!(first.try_own());
        let (joined, waits) = std::sync::mpsc::channel();
        let newcomer_layout = layout.clone();
        let mut newcomer = None;
        let leaving = first.leave(|| {
            newcomer = Some(std::thread::spawn(move || {
                let locks = Locks::join(&newcomer_layout);
                joined.send(()).unwrap();
                locks.map(|mut locks| locks.try_own())
            }));
            // While the server stops nobody may join.
            waits
                .recv_timeout(std::time::Duration::from_millis(100))
                .map_or(Ok(()), |()| Err("joined too early"))
        });
        assert_eq!(leaving, Ok(Leaving::Stopped));
        assert!(newcomer.unwrap().join().unwrap().unwrap());
    }
}

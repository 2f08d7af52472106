//! The jobs that a worker holds, from the claim until their end is written.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use tokio::sync::{Notify, oneshot};
use tokio::task::AbortHandle;
use viral_engine_db::jobs::Attempt;
use viral_engine_domain::jobs::Queue;

/// Why a job that runs is ended by the worker.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Interruption {
    /// An operator does not want it any more.
    Cancelled,
    /// It is not held any more.
    Lost,
}

/// What the worker holds.
#[derive(Default)]
pub(super) struct Running {
    jobs: Mutex<HashMap<Attempt, Entry>>,
    /// Told whenever a job leaves.
    pub freed: Notify,
}

struct Entry {
    queue: Queue,
    interrupt: Option<oneshot::Sender<Interruption>>,
    task: Option<AbortHandle>,
}

impl Running {
    fn jobs(&self) -> MutexGuard<'_, HashMap<Attempt, Entry>> {
        // Nothing panics while it holds the lock; the map would be whole all the same.
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a job; the receiver is told when it is to be ended.
    ///
    /// By attempt: one that was lost may still be about to end when the same worker claims the next.
    pub fn add(&self, attempt: Attempt, queue: Queue) -> oneshot::Receiver<Interruption> {
        let (sender, receiver) = oneshot::channel();
        let entry = Entry {
            queue,
            interrupt: Some(sender),
            task: None,
        };
        self.jobs().insert(attempt, entry);
        receiver
    }

    /// Remembers the task of a job that may have ended already.
    pub fn set_task(&self, attempt: Attempt, task: AbortHandle) {
        if let Some(entry) = self.jobs().get_mut(&attempt) {
            entry.task = Some(task);
        }
    }

    /// Removes jobs whose end is written, or does not count.
    pub fn remove(&self, attempts: impl IntoIterator<Item = Attempt>) {
        let mut jobs = self.jobs();
        for attempt in attempts {
            jobs.remove(&attempt);
        }
        drop(jobs);
        self.freed.notify_waiters();
    }

    /// Ends jobs.
    pub fn interrupt(&self, attempts: &[Attempt], why: Interruption) {
        let mut jobs = self.jobs();
        for attempt in attempts {
            let interrupt = jobs
                .get_mut(attempt)
                .and_then(|entry| entry.interrupt.take());
            if let Some(interrupt) = interrupt {
                // It may have ended by itself, and that is fine.
                let _ = interrupt.send(why);
            }
        }
    }

    /// What is held.
    pub fn held(&self) -> Vec<Attempt> {
        self.jobs().keys().copied().collect()
    }

    /// Free slots of queues that have any.
    pub fn free(&self, queues: &[(Queue, u32)]) -> Vec<(Queue, u32)> {
        let jobs = self.jobs();
        let mut used: HashMap<Queue, u32> = HashMap::new();
        for entry in jobs.values() {
            *used.entry(entry.queue).or_default() += 1;
        }
        let free = queues.iter().map(|(queue, slots)| {
            let used = used.get(queue).copied().unwrap_or_default();
            (*queue, slots.saturating_sub(used))
        });
        free.filter(|(_, free)| *free > 0).collect()
    }

    pub fn len(&self) -> usize {
        self.jobs().len()
    }

    /// Waits until every job has left.
    pub async fn none_left(&self) {
        loop {
            let freed = self.freed.notified();
            tokio::pin!(freed);
            // Before looking, or a job that leaves in between would go unnoticed.
            freed.as_mut().enable();
            if self.len() == 0 {
                return;
            }
            freed.await;
        }
    }

    /// Stops every task where it stands.
    pub fn abort_all(&self) {
        for entry in self.jobs().values() {
            if let Some(task) = &entry.task {
                task.abort();
            }
        }
    }
}

//! How a worker works.

use std::time::Duration;

use viral_engine_domain::jobs::Queue;

/// How a worker works.
#[derive(Clone, Debug)]
pub struct WorkerOptions {
    /// Queues that it serves, with the jobs that run in each at a time over all workers. What the worker that started
    /// last says holds for all.
    pub queues: Vec<(Queue, u32)>,
    /// How long a job is held without prolonging. After it a dead worker's jobs are taken.
    pub lease: Duration,
    /// Time between two prolongings; a few must fit into the lease.
    pub heartbeat: Duration,
    /// Longest time until due jobs are noticed that nobody told of.
    pub poll: Duration,
    /// Time between two looks for jobs whose lease has run out.
    pub reap: Duration,
}

/// A dead worker's jobs run again within 12 s (lease), 3 s (look) and 5 s (wait).
impl Default for WorkerOptions {
    fn default() -> Self {
        Self {
            queues: Queue::ALL
                .into_iter()
                .map(|queue| (queue, queue.default_concurrency()))
                .collect(),
            lease: Duration::from_secs(12),
            heartbeat: Duration::from_secs(3),
            poll: Duration::from_secs(1),
            reap: Duration::from_secs(3),
        }
    }
}

//! Which kinds a worker can run, by name.

use std::collections::HashMap;
use std::time::Duration;

use futures_util::future::BoxFuture;
use serde_json::Value;
use viral_engine_domain::jobs::Backoff;

use crate::context::JobContext;
use crate::job::{Job, JobError, JobResult};

/// The kinds that a worker can run.
#[derive(Clone, Default)]
pub struct Registry {
    kinds: HashMap<&'static str, Kind>,
}

/// What is known of one kind.
#[derive(Clone, Copy)]
pub(crate) struct Kind {
    pub name: &'static str,
    pub timeout: Duration,
    pub backoff: Backoff,
    pub run: fn(Value, JobContext) -> BoxFuture<'static, JobResult>,
}

impl Registry {
    /// A registry of nothing.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with another kind.
    #[must_use]
    pub fn with<J: Job>(mut self) -> Self {
        let kind = Kind {
            name: J::KIND,
            timeout: J::TIMEOUT,
            backoff: J::backoff(),
            run: run::<J>,
        };
        self.kinds.insert(J::KIND, kind);
        self
    }

    /// Names of all kinds, sorted.
    #[must_use]
    pub fn names(&self) -> Vec<&'static str> {
        let mut names: Vec<&str> = self.kinds.keys().copied().collect();
        names.sort_unstable();
        names
    }

    pub(crate) fn find(&self, name: &str) -> Option<Kind> {
        self.kinds.get(name).copied()
    }
}

fn run<J: Job>(payload: Value, cx: JobContext) -> BoxFuture<'static, JobResult> {
    Box::pin(async move {
        let job: J = serde_json::from_value(payload)
            .map_err(|error| JobError::ForGood(format!("the payload can not be read: {error}")))?;
        job.run(cx).await
    })
}

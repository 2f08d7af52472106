//! A clock that stands still until a test moves it.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use chrono::{DateTime, TimeDelta, Utc};
use viral_engine_service::context::Clock;

/// A clock that stands still; clones show the same time.
#[derive(Clone, Debug)]
pub struct FakeClock(Arc<AtomicI64>);

impl FakeClock {
    /// A clock at `now`.
    pub fn at(now: DateTime<Utc>) -> Self {
        Self(Arc::new(AtomicI64::new(now.timestamp_micros())))
    }

    /// The time it shows.
    ///
    /// # Panics
    /// When it was moved out of the calendar.
    pub fn now(&self) -> DateTime<Utc> {
        let micros = self.0.load(Ordering::SeqCst);
        DateTime::from_timestamp_micros(micros).expect("a time of the calendar")
    }

    /// Moves it on.
    ///
    /// # Panics
    /// When the step is too long to be counted.
    pub fn advance(&self, step: TimeDelta) {
        let micros = step.num_microseconds().expect("a step in microseconds");
        self.0.fetch_add(micros, Ordering::SeqCst);
    }

    /// The clock as use cases ask it.
    pub fn as_clock(&self) -> Clock {
        let clock = self.clone();
        Arc::new(move || clock.now())
    }
}

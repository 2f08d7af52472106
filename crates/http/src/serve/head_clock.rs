//! When a connection must have sent the head of its next request, and whether it waits for one.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use tokio::time::Instant;

/// Where a connection stands between requests. Its stream tells it what arrives, the app what it answers.
#[derive(Debug)]
pub struct HeadClock {
    begun: Cell<Option<Instant>>,
    active: Cell<Instant>,
    answering: Cell<usize>,
}

/// A request that the app is answering, until it is dropped.
#[derive(Debug)]
pub struct Answering(Rc<HeadClock>);

impl HeadClock {
    /// A connection of which the first byte has come.
    pub fn started(now: Instant) -> Rc<Self> {
        Rc::new(Self {
            begun: Cell::new(Some(now)),
            active: Cell::new(now),
            answering: Cell::new(0),
        })
    }

    /// Bytes came. Those that come between requests begin a head; later ones of the same head give no more time.
    pub fn bytes_came(&self, now: Instant) {
        self.active.set(now);
        if !self.is_answering() && self.begun.get().is_none() {
            self.begun.set(Some(now));
        }
    }

    /// Bytes of an answer went out: whoever reads a long answer is not slow to ask.
    pub fn bytes_went(&self, now: Instant) {
        self.active.set(now);
        if self.begun.get().is_some() {
            self.begun.set(Some(now));
        }
    }

    /// A whole head has come.
    pub fn answer(self: &Rc<Self>) -> Answering {
        self.begun.set(None);
        self.answering.set(self.answering.get() + 1);
        Answering(Rc::clone(self))
    }

    /// Whether neither a request nor a part of one is there.
    pub fn is_idle(&self) -> bool {
        !self.is_answering() && self.begun.get().is_none()
    }

    /// When the head that has begun must be whole, given how long it may take.
    pub fn deadline(&self, limit: Duration) -> Option<Instant> {
        let begun = self.begun.get().filter(|_| !self.is_answering());
        begun.map(|begun| begun + limit)
    }

    /// Whether the app is answering: of HTTP/2, several requests at a time.
    pub fn is_answering(&self) -> bool {
        self.answering.get() > 0
    }

    /// When bytes came or went last.
    pub fn active(&self) -> Instant {
        self.active.get()
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        self.0.answering.set(self.0.answering.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMIT: Duration = Duration::from_secs(10);

    fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn more_bytes_of_a_head_give_no_more_time() {
        let start = Instant::now();
        let clock = HeadClock::started(start);
        clock.bytes_came(start + seconds(4));
        assert_eq!(clock.deadline(LIMIT), Some(start + LIMIT));
    }

    #[test]
    fn no_head_is_due_while_a_request_is_answered_or_the_connection_idles() {
        let start = Instant::now();
        let clock = HeadClock::started(start);
        let answering = clock.answer();
        clock.bytes_came(start);
        assert_eq!(clock.deadline(LIMIT), None);
        assert!(!clock.is_idle());
        drop(answering);
        assert_eq!(clock.deadline(LIMIT), None);
        assert!(clock.is_idle());
    }

    #[test]
    fn every_head_has_its_own_time_which_begins_anew_while_an_answer_is_written() {
        let start = Instant::now();
        let clock = HeadClock::started(start);
        drop(clock.answer());
        clock.bytes_came(start + seconds(60));
        assert!(!clock.is_idle());
        assert_eq!(clock.deadline(LIMIT), Some(start + seconds(60) + LIMIT));
        clock.bytes_went(start + seconds(63));
        assert_eq!(clock.deadline(LIMIT), Some(start + seconds(63) + LIMIT));
    }
}

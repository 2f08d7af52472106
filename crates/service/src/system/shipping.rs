//! Whether hits get from this node's click log into the database.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use viral_engine_click_log::Position;

use crate::redirect::Backlog;

/// How long hits may wait before the node is not ready: they are normally shipped within a second, and a database
/// that is away is told by a check of its own.
const PATIENCE: Duration = Duration::from_secs(60);

/// Remembers, from probe to probe, since when nothing has been shipped.
#[derive(Debug, Default)]
pub struct Shipping(Mutex<Option<Standstill>>);

/// Hits wait, and none was shipped since.
#[derive(Clone, Copy, Debug)]
struct Standstill {
    shipped: Position,
    since: Instant,
}

impl Shipping {
    /// `ok`, or for how long hits have waited.
    pub fn check(&self, backlog: Backlog, now: Instant) -> String {
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if backlog.waiting == 0 {
            *seen = None;
            return "ok".to_owned();
        }
        let standstill = seen
            .filter(|standstill| standstill.shipped == backlog.shipped)
            .unwrap_or(Standstill {
                shipped: backlog.shipped,
                since: now,
            });
        *seen = Some(standstill);
        match now.duration_since(standstill.since) {
            waited if waited < PATIENCE => "ok".to_owned(),
            waited => format!("no hit was shipped for {} s", waited.as_secs()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn backlog(shipped: u64, waiting: u64) -> Backlog {
        Backlog {
            shipped: Position::new(shipped),
            waiting,
        }
    }

    #[test]
    fn hits_that_wait_for_a_minute_are_told() {
        let (shipping, start) = (Shipping::default(), Instant::now());
        assert_eq!(shipping.check(backlog(7, 3), start), "ok");
        let later = start + PATIENCE - Duration::from_millis(1);
        assert_eq!(shipping.check(backlog(7, 5), later), "ok");
        assert_eq!(
            shipping.check(backlog(7, 5), start + PATIENCE),
            "no hit was shipped for 60 s"
        );
    }

    #[test]
    fn a_backlog_that_shrinks_or_is_gone_begins_anew() {
        let (shipping, start) = (Shipping::default(), Instant::now());
        shipping.check(backlog(7, 9), start);
        assert_eq!(shipping.check(backlog(8, 9), start + PATIENCE), "ok");
        assert_eq!(shipping.check(backlog(17, 0), start + PATIENCE), "ok");
        assert_eq!(shipping.check(backlog(17, 1), start + 3 * PATIENCE), "ok");
    }
}

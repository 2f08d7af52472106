//! Aliases are short enough to be tried: a network that asks for many that nobody has is made to wait.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use viral_engine_domain::clicks::network_prefix;

/// Misses that a network may have in one window.
const ALLOWED: u32 = 30;
/// Length of the window.
const WINDOW: Duration = Duration::from_secs(60);
/// Most networks remembered; then those whose window is over are forgotten, or else all.
const MOST_NETWORKS: usize = 50_000;

/// Counts misses by network. Only misses take its lock, so hits never wait for it.
#[derive(Default)]
pub(super) struct Misses {
    networks: Mutex<HashMap<String, (Instant, u32)>>,
}

impl Misses {
    /// How long this network has to wait before it may ask for a name that is not in the cache.
    pub(super) fn wait(&self, ip: IpAddr) -> Option<Duration> {
        let networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        let (begun, count) = networks.get(&network_prefix(ip))?;
        let left = WINDOW.checked_sub(begun.elapsed())?;
        (*count >= ALLOWED).then_some(left)
    }

    /// Notes a miss.
    pub(super) fn note(&self, ip: IpAddr) {
        let mut networks = self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if networks.len() >= MOST_NETWORKS {
            networks.retain(|_, (begun, _)| begun.elapsed() < WINDOW);
            if networks.len() >= MOST_NETWORKS {
                networks.clear();
            }
        }
        let entry = networks
            .entry(network_prefix(ip))
            .or_insert_with(|| (Instant::now(), 0));
        if entry.0.elapsed() >= WINDOW {
            *entry = (Instant::now(), 0);
        }
        entry.1 += 1;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_network_waits_after_its_misses_and_others_do_not() {
        let misses = Misses::default();
        let guesser: IpAddr = "203.0.113.9".parse().unwrap();
        for _ in 0..ALLOWED {
            assert_eq!(misses.wait(guesser), None);
            misses.note(guesser);
        }
        assert!(misses.wait("203.0.113.77".parse().unwrap()).is_some());
        assert_eq!(misses.wait("203.0.114.9".parse().unwrap()), None);
    }
}

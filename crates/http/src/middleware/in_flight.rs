//! Sheds load by class before memory or the pool runs out: browser sessions first, hits of links last.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use actix_web::http::header::{AUTHORIZATION, HeaderMap};

use crate::permissions::{Access, Operation};

/// How dear a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Hits of links and health checks: nothing asks again for a person who followed a link.
    Vital,
    /// Platforms' backends, which try again.
    Api,
    /// Operators' browsers and pages.
    Dashboard,
}

impl Class {
    /// The class of a request.
    pub fn of(operation: Option<&Operation>, headers: &HeaderMap) -> Self {
        const VITAL: [&str; 4] = [
            "follow_link",
            "get_liveness",
            "get_readiness",
            "get_metrics",
        ];
        match operation {
            Some(operation) if VITAL.contains(&operation.id) => Self::Vital,
            Some(operation)
                if operation.access != Access::Public && headers.contains_key(AUTHORIZATION) =>
            {
                Self::Api
            }
            _ => Self::Dashboard,
        }
    }
}

/// Counts requests that are being worked on.
#[derive(Debug)]
pub struct InFlight {
    max: usize,
    now: AtomicUsize,
}

/// One request that is being worked on, until it is dropped.
#[derive(Debug)]
pub struct Entered(Arc<InFlight>);

impl InFlight {
    /// At most `max` requests at a time.
    pub fn new(max: usize) -> Self {
        Self {
            max,
            now: AtomicUsize::new(0),
        }
    }

    /// Lets a request in, unless its class's share is used up.
    pub fn enter(self: &Arc<Self>, class: Class) -> Option<Entered> {
        let share = match class {
            Class::Vital => self.max,
            Class::Api => self.max / 10 * 9,
            Class::Dashboard => self.max / 2,
        };
        let before = self.now.fetch_add(1, Ordering::Relaxed);
        let entered = Entered(Arc::clone(self));
        (before < share.max(1)).then_some(entered)
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        self.0.now.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dashboards_are_shed_before_apis_and_apis_before_links() {
        let in_flight = Arc::new(InFlight::new(10));
        let dashboards: Vec<_> = (0..5)
            .filter_map(|_| in_flight.enter(Class::Dashboard))
            .collect();
        assert_eq!(dashboards.len(), 5);
        assert!(in_flight.enter(Class::Dashboard).is_none());
        let apis: Vec<_> = (0..4).filter_map(|_| in_flight.enter(Class::Api)).collect();
        assert_eq!(apis.len(), 4);
        assert!(in_flight.enter(Class::Api).is_none());
        let link = in_flight.enter(Class::Vital);
        assert!(link.is_some());
        assert!(in_flight.enter(Class::Vital).is_none());
        drop(link);
        assert!(in_flight.enter(Class::Vital).is_some());
    }
}

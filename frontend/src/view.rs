//! What every page shows its figures for: period, comparison and time zone, read from the address.

use chrono::{DateTime, NaiveDate, Utc};
use leptos::prelude::*;

use crate::browser::intl::{self, Shape};
use crate::prefs::Preferences;
use crate::router::{Query, Router, Visit};
use crate::window::Period;

/// The view all figures share.
#[derive(Clone, Copy)]
pub struct View {
    /// Period.
    pub period: Memo<Period>,
    /// IANA time zone.
    pub zone: Memo<String>,
    /// Whether the period before is shown beside it.
    pub compare: Memo<bool>,
    /// The clock, a tick every 15 s, for times in words.
    pub now: ReadSignal<DateTime<Utc>>,
    router: Router,
    preferences: Preferences,
}

/// The view all figures share.
pub fn use_view() -> View {
    expect_context()
}

impl View {
    /// Follows the address.
    pub fn new(router: Router, preferences: Preferences) -> Self {
        let period = Memo::new(move |_| router.query.with(Period::from_query));
        let zone = Memo::new(move |_| {
            let named = router
                .query
                .with(|query| query.get("tz").map(str::to_owned));
            named
                .filter(|zone| intl::is_zone(zone))
                .or_else(|| preferences.zone())
                .unwrap_or_else(|| "UTC".to_owned())
        });
        let compare = Memo::new(move |_| router.query.with(|query| query.get("compare").is_some()));
        let (now, set_now) = signal(crate::browser::now());
        let tick = set_interval_with_handle(
            move || set_now.set(crate::browser::now()),
            std::time::Duration::from_secs(15),
        );
        on_cleanup(move || {
            if let Ok(tick) = tick {
                tick.clear();
            }
        });
        Self {
            period,
            zone,
            compare,
            now,
            router,
            preferences,
        }
    }

    /// Parameters of the address about the view that make no sense; those of the period only where there is one.
    pub fn ignored(&self, has_period: bool) -> Vec<&'static str> {
        let mut ignored = match has_period {
            true => self.router.query.with(Period::ignored),
            false => Vec::new(),
        };
        let zone = self
            .router
            .query
            .with(|query| query.get("tz").map(str::to_owned));
        if zone.is_some_and(|zone| !intl::is_zone(&zone)) {
            ignored.push("tz");
        }
        ignored
    }

    /// The query of a call over the period.
    pub fn api_query(&self) -> Query {
        let zone = self.zone.get();
        self.period
            .get()
            .to_api(&zone, |at| intl::offset_minutes(at, &zone))
    }

    /// Chooses the period.
    pub fn set_period(&self, period: Period) {
        let parameters = period.to_parameters();
        let mut changes: Vec<_> = parameters
            .iter()
            .map(|(name, value)| (*name, value.as_deref()))
            .collect();
        changes.push(("cursor", None));
        self.router.set(&changes, Visit::Push);
    }

    /// Chooses the time zone, for this view and for later ones.
    pub fn set_zone(&self, zone: &str) {
        self.preferences.set_zone(zone);
        self.router.set(&[("tz", Some(zone))], Visit::Replace);
    }

    /// Shows the period before, or hides it.
    pub fn set_compare(&self, compare: bool) {
        self.router
            .set(&[("compare", compare.then_some("1"))], Visit::Replace);
    }

    /// A time in the chosen zone.
    pub fn time(&self, at: DateTime<Utc>, shape: Shape) -> String {
        intl::format(at, &self.zone.get(), shape)
    }

    /// The first instant of a day in the chosen zone.
    pub fn day_start(&self, day: NaiveDate) -> DateTime<Utc> {
        let zone = self.zone.get_untracked();
        crate::window::midnight(day, |at| intl::offset_minutes(at, &zone))
    }
}

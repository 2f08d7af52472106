//! Calendar days of a window and the UTC days, for which sums are kept, that each of them touches.

use std::collections::BTreeMap;

use chrono::NaiveDate;
use viral_engine_domain::time_window::{TimeWindow, WindowDay};

use crate::answers::Question;

/// The days of a window.
pub(super) struct UtcDays {
    days: Vec<(WindowDay, usize)>,
    touching: BTreeMap<NaiveDate, Vec<usize>>,
}

/// A day of the window that touches a UTC day.
pub(super) struct Touching<'a> {
    pub(super) day: &'a WindowDay,
    /// Whether it lies within this UTC day, so that no other has a part in it.
    pub(super) lies_within: bool,
}

impl UtcDays {
    pub(super) fn of(question: &Question) -> Self {
        let mut touching: BTreeMap<NaiveDate, Vec<usize>> = BTreeMap::new();
        let days = question.window.days(question.time_zone);
        let days = days
            .into_iter()
            .enumerate()
            .map(|(index, day)| {
                let utc_days: Vec<_> = TimeWindow::new(day.start, day.end)
                    .into_iter()
                    .flat_map(|part| utc_days(&part))
                    .collect();
                for utc_day in &utc_days {
                    touching.entry(*utc_day).or_default().push(index);
                }
                (day, utc_days.len())
            })
            .collect();
        Self { days, touching }
    }

    /// The UTC days.
    pub(super) fn list(&self) -> Vec<NaiveDate> {
        self.touching.keys().copied().collect()
    }

    /// Whatever exceeds `threshold` on a day of the window exceeds this on one of its UTC days: of so many days that
    /// sum up to more than the threshold, one has more than its share.
    pub(super) fn share(&self, threshold: u32) -> i64 {
        let most = self.days.iter().map(|(_, touched)| *touched).max();
        i64::from(threshold) / i64::try_from(most.unwrap_or(1).max(1)).unwrap_or(1)
    }

    /// The days of the window that touch a UTC day.
    pub(super) fn touching(&self, utc_day: NaiveDate) -> impl Iterator<Item = Touching<'_>> {
        let indices = self.touching.get(&utc_day);
        indices.into_iter().flatten().filter_map(|index| {
            let (day, touched) = self.days.get(*index)?;
            Some(Touching {
                day,
                lies_within: *touched == 1,
            })
        })
    }
}

/// The UTC days that a window touches, in order.
pub(super) fn utc_days(window: &TimeWindow) -> Vec<NaiveDate> {
    let (first, last) = window.utc_days().into_inner();
    first.iter_days().take_while(|day| *day <= last).collect()
}

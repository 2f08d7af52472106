//! A filter by day, in UTC: the address holds the times at which its days begin.

use chrono::{DateTime, Days, NaiveDate, Utc};
use leptos::prelude::*;

use crate::components::field::{Field, FieldControl};
use crate::router::{Visit, use_router};

/// Which end of a span of time a day is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DayEnd {
    /// From its begin on.
    First,
    /// Until its end: the API takes the begin of the next day, not included.
    Last,
}

impl DayEnd {
    fn offset(self) -> Days {
        Days::new(match self {
            Self::First => 0,
            Self::Last => 1,
        })
    }

    /// The time in the address of a day.
    fn time(self, day: &str) -> Option<String> {
        let day: NaiveDate = day.trim().parse().ok()?;
        Some(format!(
            "{}T00:00:00Z",
            day.checked_add_days(self.offset())?
        ))
    }

    /// The day of a time in the address.
    pub fn day(self, time: &str) -> Option<NaiveDate> {
        let time: DateTime<Utc> = time.parse().ok()?;
        time.date_naive().checked_sub_days(self.offset())
    }
}

/// A filter by day.
#[component]
pub fn FilterDay(
    /// Parameter of the address, and of the API.
    parameter: &'static str,
    /// Label.
    label: &'static str,
    /// Which end of the span it is.
    end: DayEnd,
) -> impl IntoView {
    let router = use_router();
    let value = router.parameter(parameter);
    let day = move || {
        let day = value.get().and_then(|time| end.day(&time));
        day.map(|day| day.to_string()).unwrap_or_default()
    };
    let input = move |control: FieldControl| {
        view! {
            <input
                class="input input-sm"
                id=control.id()
                type="date"
                data-filter=""
                prop:value=day
                on:change=move |event| {
                    let time = end.time(&event_target_value(&event));
                    router.set(&[(parameter, time.as_deref()), ("cursor", None)], Visit::Push);
                }
            />
        }
        .into_any()
    };
    view! {
        <div class="w-44 max-sm:w-[calc(50%-0.375rem)]">
            <Field label=Signal::stored(label.to_owned()) children=input/>
        </div>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_span_holds_the_whole_of_its_last_day() {
        assert_eq!(
            DayEnd::First.time("2026-03-31").as_deref(),
            Some("2026-03-31T00:00:00Z")
        );
        assert_eq!(
            DayEnd::Last.time("2026-03-31").as_deref(),
            Some("2026-04-01T00:00:00Z")
        );
        assert_eq!(DayEnd::First.time("soon"), None);
    }

    #[test]
    fn a_day_is_read_back_as_it_was_chosen() {
        for end in [DayEnd::First, DayEnd::Last] {
            let time = end.time("2026-12-31").expect("a time");
            let day = end.day(&time).expect("a day");
            assert_eq!(day.to_string(), "2026-12-31");
        }
        assert_eq!(DayEnd::Last.day("yesterday"), None);
    }
}

//! Dates in the operator's time zone. The browser knows the zones and their rules, so that the app need not
//! carry the zone database.

use chrono::{DateTime, NaiveDate, Utc};
use js_sys::{Array, Date, Function, Intl::DateTimeFormat, Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};

use crate::i18n::text;

/// How much of a time is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shape {
    /// Date, time to the second, and the zone's short name.
    Exact,
    /// Day and month.
    Day,
    /// Day, month and year.
    Date,
    /// Hour and minute.
    Clock,
    /// Day, month, hour and minute.
    DayClock,
}

/// A time in `zone`.
pub fn format(at: DateTime<Utc>, zone: &str, shape: Shape) -> String {
    let options = Object::new();
    let set = |name: &str, value: &str| {
        // Setting a field of a fresh object can not fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    };
    set("timeZone", zone);
    if matches!(shape, Shape::Exact | Shape::Date) {
        set("year", "numeric");
    }
    if shape != Shape::Clock {
        set("month", "short");
        set("day", "numeric");
    }
    if matches!(shape, Shape::Exact | Shape::Clock | Shape::DayClock) {
        set("hour", "2-digit");
        set("minute", "2-digit");
        set("hourCycle", "h23");
    }
    if shape == Shape::Exact {
        set("second", "2-digit");
        set("timeZoneName", "short");
    }
    with_options(at, &options).unwrap_or_else(|| at.to_rfc3339())
}

/// A calendar day, which has no zone.
pub fn format_day(day: NaiveDate) -> String {
    day.and_hms_opt(12, 0, 0).map_or_else(
        || day.to_string(),
        |noon| format(noon.and_utc(), "UTC", Shape::Date),
    )
}

/// A calendar day without its year, for axes.
pub fn format_short_day(day: NaiveDate) -> String {
    day.and_hms_opt(12, 0, 0).map_or_else(
        || day.to_string(),
        |noon| format(noon.and_utc(), "UTC", Shape::Day),
    )
}

/// Minutes by which `zone` is ahead of UTC at an instant; 0 for a zone the browser does not know.
pub fn offset_minutes(at: DateTime<Utc>, zone: &str) -> i32 {
    let options = Object::new();
    for (name, value) in [("timeZone", zone), ("timeZoneName", "longOffset")] {
        // Setting a field of a fresh object can not fail.
        let _ = Reflect::set(&options, &name.into(), &value.into());
    }
    with_options(at, &options).map_or(0, |shown| crate::window::parse_offset(&shown))
}

/// The zone of this computer.
pub fn local_zone() -> String {
    let options = DateTimeFormat::new(&Array::new(), &Object::new()).resolved_options();
    Reflect::get(&options, &"timeZone".into())
        .ok()
        .and_then(|zone| zone.as_string())
        .unwrap_or_else(|| "UTC".to_owned())
}

/// Whether the browser knows the zone.
pub fn is_zone(zone: &str) -> bool {
    let options = Object::new();
    // Setting a field of a fresh object can not fail.
    let _ = Reflect::set(&options, &"timeZone".into(), &zone.into());
    construct(&options).is_some()
}

/// All zones the browser knows.
pub fn zones() -> Vec<String> {
    let zones = intl().and_then(|intl| {
        let list: Function = Reflect::get(&intl, &"supportedValuesOf".into())
            .ok()?
            .dyn_into()
            .ok()?;
        list.call1(&intl, &"timeZone".into()).ok()
    });
    zones
        .map(|zones| {
            Array::from(&zones)
                .iter()
                .filter_map(|zone| zone.as_string())
                .collect()
        })
        .unwrap_or_default()
}

fn with_options(at: DateTime<Utc>, options: &Object) -> Option<String> {
    let formatter = construct(options)?;
    let date = Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    formatter
        .format()
        .call1(&JsValue::NULL, &date)
        .ok()?
        .as_string()
}

/// `DateTimeFormat::new` would throw for a zone the browser does not know, so it is called with care.
fn construct(options: &Object) -> Option<DateTimeFormat> {
    let class: Function = Reflect::get(&intl()?, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    let locales = Array::of1(&text().tag.into());
    Reflect::construct(&class, &Array::of2(&locales, options))
        .ok()
        .map(JsCast::unchecked_into)
}

fn intl() -> Option<JsValue> {
    Reflect::get(&js_sys::global(), &"Intl".into())
        .ok()
        .filter(|intl| !intl.is_undefined())
}

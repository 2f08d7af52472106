//! Numbers and dates as the operator's region writes them, in the operator's time zone. The browser knows regions,
//! zones and their rules, so that the app need not carry them. Texts are English; figures are what people misread.

use chrono::{DateTime, NaiveDate, Utc};
use js_sys::{
    Array, Date, Function,
    Intl::{DateTimeFormat, NumberFormat},
    Object, Reflect,
};
use wasm_bindgen::{JsCast, JsValue};

use crate::format::style::{Part, Style};

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
    let options = plain_digits();
    let set = |name: &str, value: &str| put(&options, name, value);
    set("timeZone", zone);
    // Days are those of the addresses and exports, which are ISO 8601.
    set("calendar", "gregory");
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
    with_options(at, &region(), &options).unwrap_or_else(|| at.to_rfc3339())
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
    put(&options, "timeZone", zone);
    put(&options, "timeZoneName", "longOffset");
    // English, whatever the region: the offset is read from it.
    let english = Array::of1(&"en".into());
    with_options(at, &english, &options).map_or(0, |shown| crate::window::parse_offset(&shown))
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
    put(&options, "timeZone", zone);
    construct(&region(), &options).is_some()
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

/// How the region writes numbers.
pub fn number_style() -> Option<Style> {
    let format = NumberFormat::new(&region(), &plain_digits());
    let parts = |number: f64| -> Vec<Part> {
        let text = |part: &JsValue, name: &str| {
            let value = Reflect::get(part, &name.into()).ok();
            value
                .and_then(|value| value.as_string())
                .unwrap_or_default()
        };
        format
            .format_to_parts(number)
            .iter()
            .map(|part| (text(&part, "type"), text(&part, "value")))
            .collect()
    };
    Style::read(&parts(12_345_678.9), &parts(1_234.0))
}

/// The browser's own region: no wish of ours.
fn region() -> Array {
    Array::new()
}

/// Digits that stand beside English words.
fn plain_digits() -> Object {
    let options = Object::new();
    put(&options, "numberingSystem", "latn");
    options
}

fn put(options: &Object, name: &str, value: &str) {
    // Setting a field of a plain object can not fail.
    let _ = Reflect::set(options, &name.into(), &value.into());
}

fn with_options(at: DateTime<Utc>, locales: &Array, options: &Object) -> Option<String> {
    let formatter = construct(locales, options)?;
    let date = Date::new(&JsValue::from_f64(at.timestamp_millis() as f64));
    formatter
        .format()
        .call1(&JsValue::NULL, &date)
        .ok()?
        .as_string()
}

/// `DateTimeFormat::new` would throw for a zone the browser does not know, so it is called with care.
fn construct(locales: &Array, options: &Object) -> Option<DateTimeFormat> {
    let class: Function = Reflect::get(&intl()?, &"DateTimeFormat".into())
        .ok()?
        .dyn_into()
        .ok()?;
    Reflect::construct(&class, &Array::of2(locales, options))
        .ok()
        .map(JsCast::unchecked_into)
}

fn intl() -> Option<JsValue> {
    Reflect::get(&js_sys::global(), &"Intl".into())
        .ok()
        .filter(|intl| !intl.is_undefined())
}

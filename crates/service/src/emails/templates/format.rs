//! Numbers, dates and times as a language writes them.

use chrono::{DateTime, NaiveDate, Utc};
use viral_engine_api_types::emails::EmailLocale;

/// A number with at most two decimals, thousands apart.
pub(super) fn number(value: f64, locale: EmailLocale) -> String {
    let (thousands, decimal) = match locale {
        EmailLocale::En => (',', '.'),
        EmailLocale::De => ('.', ','),
    };
    let text = format!("{:.2}", value.abs());
    let (whole, fraction) = text.split_once('.').unwrap_or((&text, ""));
    let mut shown = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            shown.push(thousands);
        }
        shown.push(digit);
    }
    let fraction = fraction.trim_end_matches('0');
    if !fraction.is_empty() {
        shown.push(decimal);
        shown.push_str(fraction);
    }
    let is_negative = value < 0.0 && shown != "0";
    if is_negative {
        format!("\u{2212}{shown}")
    } else {
        shown
    }
}

/// A small number with three decimals, as K is written everywhere.
pub(super) fn thousandths(value: f64, locale: EmailLocale) -> String {
    let text = format!("{value:.3}");
    match locale {
        EmailLocale::En => text,
        EmailLocale::De => text.replace('.', ","),
    }
}

/// A share in percent.
pub(super) fn percent(value: f64, locale: EmailLocale) -> String {
    match locale {
        EmailLocale::En => format!("{}%", number(value, locale)),
        EmailLocale::De => format!("{}\u{a0}%", number(value, locale)),
    }
}

/// A day.
pub(super) fn day(date: NaiveDate, locale: EmailLocale) -> String {
    match locale {
        EmailLocale::En => date.format("%Y-%m-%d").to_string(),
        EmailLocale::De => date.format("%d.%m.%Y").to_string(),
    }
}

/// A minute, in UTC and saying so.
pub(super) fn minute(time: DateTime<Utc>, locale: EmailLocale) -> String {
    format!(
        "{} {}",
        day(time.date_naive(), locale),
        time.format("%H:%M UTC")
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_the_language_does() {
        use EmailLocale::{De, En};
        for (value, en, de) in [
            (0.0, "0", "0"),
            (0.876, "0.88", "0,88"),
            (1_234_567.5, "1,234,567.5", "1.234.567,5"),
            (-12.3, "\u{2212}12.3", "\u{2212}12,3"),
            (-0.001, "0", "0"),
            (999.999, "1,000", "1.000"),
        ] {
            assert_eq!(number(value, En), en);
            assert_eq!(number(value, De), de);
        }
        assert_eq!(percent(12.5, En), "12.5%");
        assert_eq!(percent(12.5, De), "12,5\u{a0}%");
    }

    #[test]
    fn days_are_written_as_the_language_does() {
        let date = NaiveDate::from_ymd_opt(2026, 3, 9).expect("a day");
        assert_eq!(day(date, EmailLocale::En), "2026-03-09");
        assert_eq!(day(date, EmailLocale::De), "09.03.2026");
    }
}

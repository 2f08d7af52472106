//! Figures with the separators of the operator's region.

use super::style::style;

/// Shown where there is no figure.
pub const NONE: &str = "–";

/// A whole number with its thousands apart.
pub fn count(value: i64) -> String {
    let digits = style().grouped(&value.unsigned_abs().to_string());
    if value < 0 {
        format!("−{digits}")
    } else {
        digits
    }
}

/// A number with a fixed count of decimal places.
pub fn decimal(value: f64, places: usize) -> String {
    if !value.is_finite() {
        return NONE.to_owned();
    }
    let fixed = format!("{:.places$}", value.abs());
    let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let zero = fixed.chars().all(|c| c == '0' || c == '.');
    let sign = if value < 0.0 && !zero { "−" } else { "" };
    format!("{sign}{}", style().with_fraction(whole, fraction))
}

/// A large number in few letters, for the axis of a chart: 2.5 M.
pub fn short(value: f64) -> String {
    let (unit, letter) = match value.abs() {
        size if size >= 1e9 => (1e9, "bn"),
        _ => (1e6, "M"),
    };
    let places = usize::from(value % unit != 0.0);
    format!("{} {letter}", decimal(value / unit, places))
}

/// A rate in percent, two decimals, as the API counts it.
pub fn percent(value: f64) -> String {
    format!("{} %", decimal(value, 2))
}

/// A rate that may be absent because there was nothing to divide.
pub fn percent_or_none(value: Option<f64>) -> String {
    value.map_or_else(|| NONE.to_owned(), percent)
}

/// A health score or points of one, one decimal.
pub fn score(value: f64) -> String {
    decimal(value, 1)
}

/// By how many percent `current` differs from `previous`; none when there was nothing before.
pub fn change_percent(current: i64, previous: i64) -> Option<f64> {
    (previous != 0).then(|| (current - previous) as f64 / previous as f64 * 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn thousands_stand_apart() {
        assert_eq!(count(0), "0");
        assert_eq!(count(999), "999");
        assert_eq!(count(1_234_567), "1,234,567");
        assert_eq!(count(-12_345), "−12,345");
        assert_eq!(count(i64::MIN), "−9,223,372,036,854,775,808");
    }

    #[test]
    fn decimals_are_rounded_and_zero_has_no_sign() {
        assert_eq!(decimal(1234.565, 1), "1,234.6");
        assert_eq!(decimal(-0.04, 1), "0.0");
        assert_eq!(decimal(-2.5, 1), "−2.5");
        assert_eq!(decimal(f64::NAN, 1), NONE);
        assert_eq!(percent(12.5), "12.50 %");
        assert_eq!(percent_or_none(None), NONE);
        assert_eq!(short(2_500_000.0), "2.5 M");
        assert_eq!(short(4e9), "4 bn");
    }

    #[test]
    fn a_change_needs_a_before() {
        assert_eq!(change_percent(15, 10), Some(50.0));
        assert_eq!(change_percent(5, 10), Some(-50.0));
        assert_eq!(change_percent(5, 0), None);
    }
}

//! When a second click of a visitor on a link is the same click again: a reload, a double tap, a return by the
//! back button.
//!
//! The window runs from the visitor's last `human` hit, not from the last hit of any class: otherwise somebody
//! who comes back every 50 minutes would be counted once and never again.

use chrono::{DateTime, TimeDelta, Utc};

/// How long after a click the same visitor on the same link is a duplicate. The end is included: a hit exactly
/// one hour later is still within one hour.
pub const DUPLICATE_WINDOW: TimeDelta = TimeDelta::hours(1);

/// Whether a hit repeats the visitor's last `human` hit on the link.
///
/// On a network marked as an institution only visitors with a cookie can be duplicates: thirty identical school
/// laptops behind one address share every passive signal, and each of them is a pupil.
///
/// Nodes write their hits on their own, so the last click may carry a slightly later time than this hit: the
/// distance between the two counts, whichever came first.
#[must_use]
pub fn is_duplicate(
    last_human: Option<DateTime<Utc>>,
    now: DateTime<Utc>,
    has_cookie: bool,
    on_institution_network: bool,
) -> bool {
    if on_institution_network && !has_cookie {
        return false;
    }
    last_human.is_some_and(|last| (now - last).abs() <= DUPLICATE_WINDOW)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(seconds: i64, micros: i64) -> bool {
        let now =
            DateTime::UNIX_EPOCH + TimeDelta::seconds(seconds) + TimeDelta::microseconds(micros);
        is_duplicate(Some(DateTime::UNIX_EPOCH), now, false, false)
    }

    #[test]
    fn the_window_includes_the_full_hour_and_not_a_microsecond_more() {
        assert!(after(0, 0));
        assert!(after(3600, 0));
        assert!(!after(3600, 1));
    }

    #[test]
    fn a_hit_that_was_written_out_of_order_is_a_duplicate_too() {
        assert!(after(-3600, 0));
        assert!(!after(-3600, -1));
    }

    #[test]
    fn the_first_click_is_never_a_duplicate() {
        assert!(!is_duplicate(None, DateTime::UNIX_EPOCH, true, false));
    }

    #[test]
    fn on_an_institution_network_only_a_cookie_makes_a_duplicate() {
        let again = |has_cookie, institution| {
            is_duplicate(
                Some(DateTime::UNIX_EPOCH),
                DateTime::UNIX_EPOCH,
                has_cookie,
                institution,
            )
        };
        assert!(again(true, true));
        assert!(!again(false, true));
        assert!(again(false, false));
    }
}

//! K of a report beside that of the periods before it, as far as there are reports of them. Pure.

use chrono::NaiveDate;
use viral_engine_api_types::reports::{Report, ReportType};

/// Most periods beside each other.
const PERIODS_MAX: usize = 12;

/// K of one period.
#[derive(Clone, Debug, PartialEq)]
pub struct PeriodK {
    /// First day.
    pub first: NaiveDate,
    /// Last day.
    pub last: NaiveDate,
    /// K, three decimals.
    pub k: f64,
    /// Whether there is no report of this period, and K follows from the change that the next one names.
    pub derived: bool,
}

/// The periods up to that of `report`, oldest first. `others` are reports of its type, newest first.
///
/// A custom report may cover any days, so that it is compared with the days right before it alone.
pub fn history(report: &Report, others: &[Report]) -> Vec<PeriodK> {
    let Some(own) = of(report) else {
        return Vec::new();
    };
    let earlier = |other: &&Report| {
        report.report_type != ReportType::Custom
            && other.report_type == report.report_type
            && other.time_zone == report.time_zone
            && other.report_period_end < report.report_period_start
    };
    let mut periods = vec![own];
    for period in others.iter().filter(earlier).filter_map(of) {
        // Of several reports of the same days the newest counts.
        if periods.iter().all(|known| known.last != period.last) {
            periods.push(period);
        }
    }
    periods.sort_by_key(|period| std::cmp::Reverse(period.last));
    if let Some(before) = before(report).filter(|before| {
        let follows = |period: &PeriodK| period.last == before.last;
        !periods.iter().any(follows)
    }) {
        periods.insert(1, before);
    }
    periods.truncate(PERIODS_MAX);
    periods.reverse();
    periods
}

fn of(report: &Report) -> Option<PeriodK> {
    Some(PeriodK {
        first: report.report_period_start,
        last: report.report_period_end,
        k: report.k_factor?,
        derived: false,
    })
}

/// As many days right before, with the K that the change in percent was computed from.
fn before(report: &Report) -> Option<PeriodK> {
    let (first, last) = (report.report_period_start, report.report_period_end);
    let ratio = 1.0 + report.k_factor_change_pct? / 100.0;
    let length = last - first;
    let end = first.pred_opt()?;
    let start = match report.report_type {
        ReportType::Monthly => end.format("%Y-%m-01").to_string().parse().ok()?,
        ReportType::Weekly | ReportType::Custom => end - length,
    };
    (ratio > 0.0).then_some(PeriodK {
        first: start,
        last: end,
        k: report.k_factor? / ratio,
        derived: true,
    })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn report(kind: &str, start: &str, end: &str, k: f64, change: Option<f64>) -> Report {
        serde_json::from_value(json!({
            "id": "01963b2e-7f00-7c10-9c5e-1a2b3c4d5e6f", "report_type": kind, "time_zone": "UTC", "status": "ready",
            "report_period_start": start, "report_period_end": end, "created_at": "2026-03-16T12:00:00Z",
            "k_factor": k, "k_factor_change_pct": change,
        }))
        .expect("a report")
    }

    fn shown(periods: &[PeriodK]) -> Vec<(String, f64, bool)> {
        let row = |period: &PeriodK| (period.last.to_string(), period.k, period.derived);
        periods.iter().map(row).collect()
    }

    #[test]
    fn reports_of_the_periods_before_stand_first() {
        let own = report("weekly", "2026-03-09", "2026-03-15", 1.2, Some(20.0));
        let others = [
            report("weekly", "2026-03-16", "2026-03-22", 9.0, None),
            own.clone(),
            report("weekly", "2026-03-02", "2026-03-08", 1.1, None),
            report("weekly", "2026-03-02", "2026-03-08", 0.9, None),
            report("monthly", "2026-02-01", "2026-02-28", 0.5, None),
        ];
        let expected = [
            ("2026-03-08".to_owned(), 1.1, false),
            ("2026-03-15".to_owned(), 1.2, false),
        ];
        assert_eq!(shown(&history(&own, &others)), expected);
    }

    #[test]
    fn a_period_without_a_report_follows_from_the_change() {
        let own = report("monthly", "2026-03-01", "2026-03-31", 1.5, Some(50.0));
        let periods = history(&own, &[]);
        assert_eq!(shown(&periods)[0], ("2026-02-28".to_owned(), 1.0, true));
        assert_eq!(periods[0].first.to_string(), "2026-02-01");
    }

    #[test]
    fn from_nothing_before_there_is_no_column() {
        let own = report("custom", "2026-03-09", "2026-03-15", 1.2, None);
        assert_eq!(history(&own, &[]).len(), 1);
        let young = Report {
            k_factor: None,
            ..own
        };
        assert_eq!(history(&young, &[]), []);
    }
}

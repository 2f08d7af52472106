//! The table of the guardrails' settings: the one source of the start-up check, `.env.example`, the
//! settings screen and its help. Defaults are those of [`Thresholds::default`](super::Thresholds).

use super::settings::{Field, Setting};

/// A window in days.
const DAYS: (f64, f64) = (1.0, 90.0);
/// A count that something must exceed; the upper end only catches slips of the keyboard.
const COUNT: (f64, f64) = (1.0, 1_000_000.0);
const PERCENT: (f64, f64) = (0.0, 100.0);
const POINTS: (f64, f64) = (0.0, 100.0);

/// Every setting of the guardrails, in the order in which they are shown.
pub static SETTINGS: [Setting; 24] = [
    Setting::of(
        "FRAUD_DETECTION_THRESHOLD",
        Field::Integer(|t| &mut t.fraud_detection_threshold),
        COUNT,
        "clicks",
    )
    .advised(10.0, 20.0)
    .explained(
        "Clicks per IP and day above which the group is suspicious; exactly this many are \
         not flagged.",
        "Lower finds small click farms and flags busy households; higher misses them.",
    ),
    Setting::of(
        "FRAUD_DETECTION_DAYS",
        Field::Integer(|t| &mut t.fraud_detection_days),
        DAYS,
        "days",
    )
    .explained(
        "Days that the suspicious-clicks panel looks at unless asked otherwise.",
        "Longer shows older groups too.",
    ),
    Setting::of(
        "BOT_DETECTION_TIME_WINDOW",
        Field::Integer(|t| &mut t.bot_detection_time_window),
        (1.0, 60.0),
        "seconds",
    )
    .explained(
        "Time within which consecutive clicks of one device must lie to be a burst, \
         inclusive.",
        "Longer finds slower bots and flags impatient people.",
    ),
    Setting::of(
        "BOT_DETECTION_MIN_CLICKS",
        Field::Integer(|t| &mut t.bot_detection_min_clicks),
        (2.0, 1_000_000.0),
        "clicks",
    )
    .explained(
        "Consecutive clicks of one device that make a burst.",
        "Lower flags double clicks; higher misses cautious bots.",
    ),
    Setting::of(
        "BOT_DETECTION_DAYS",
        Field::Integer(|t| &mut t.bot_detection_days),
        DAYS,
        "days",
    )
    .explained(
        "Days that the bots panel looks at unless asked otherwise.",
        "Longer shows older bursts too.",
    ),
    Setting::of(
        "OPT_OUT_RATE_DAYS",
        Field::Integer(|t| &mut t.opt_out_rate_days),
        DAYS,
        "days",
    )
    .explained(
        "Days that the opt-out panel and its alert look at unless asked otherwise.",
        "Longer is steadier and slower to show a change.",
    ),
    Setting::of(
        "COPPA_COMPLIANCE_DAYS",
        Field::Integer(|t| &mut t.coppa_compliance_days),
        DAYS,
        "days",
    )
    .explained(
        "Days that the COPPA panel and its alert look at unless asked otherwise.",
        "Longer keeps a violation in sight for longer.",
    ),
    Setting::of(
        "COPPA_COMPLIANCE_TARGET",
        Field::Decimal(|t| &mut t.coppa_compliance_target),
        (0.0, 1.0),
        "fraction",
    )
    .explained(
        "Share of payloads without personal information below which compliance is marked \
         as below target.",
        "Marks only: every violation raises an alert, whatever the target.",
    ),
    Setting::of(
        "HEALTH_SCORE_DAYS",
        Field::Integer(|t| &mut t.health_score_days),
        DAYS,
        "days",
    )
    .explained(
        "Days that the health score looks at, for all its parts.",
        "Longer is steadier and remembers a bad day for longer.",
    ),
    Setting::of(
        "CONVERSION_ANOMALY_THRESHOLD",
        Field::Integer(|t| &mut t.conversion_anomaly_threshold),
        COUNT,
        "conversions",
    )
    .explained(
        "Conversions per referrer and day above which the referrer is flagged.",
        "Lower flags popular referrers; higher misses small sign-up farms.",
    ),
    Setting::of(
        "CONVERSION_ANOMALY_RATE_THRESHOLD",
        Field::Decimal(|t| &mut t.conversion_anomaly_rate_threshold),
        PERCENT,
        "percent",
    )
    .explained(
        "Conversions per click above which a referrer is flagged; exactly this rate is \
         not.",
        "Lower flags referrers with a warm audience.",
    ),
    Setting::of(
        "CONVERSION_ANOMALY_MIN_CLICKS",
        Field::Integer(|t| &mut t.conversion_anomaly_min_clicks),
        COUNT,
        "clicks",
    )
    .explained(
        "Clicks that a referrer needs before the rate is judged.",
        "Lower judges referrers on little evidence.",
    ),
    Setting::of(
        "CONVERSION_ANOMALY_DAYS",
        Field::Integer(|t| &mut t.conversion_anomaly_days),
        DAYS,
        "days",
    )
    .explained(
        "Days that the conversion-anomalies panel looks at unless asked otherwise.",
        "Longer shows older anomalies too.",
    ),
    Setting::of(
        "SHARED_NETWORK_MIN_DEVICES",
        Field::Integer(|t| &mut t.shared_network_min_devices),
        (2.0, 1_000_000.0),
        "devices",
    )
    .explained(
        "Distinct devices from which a busy IP is taken for a shared network, such as a \
         school.",
        "Lower excuses more busy IPs; higher flags small schools and libraries.",
    ),
    Setting::of(
        "HEALTH_SCORE_FRAUD_DEDUCTION",
        Field::Decimal(|t| &mut t.health_score_fraud_deduction),
        POINTS,
        "points",
    )
    .explained(
        "Points taken off the health score for each flagged IP group.",
        "Higher makes the score fall faster.",
    ),
    Setting::of(
        "HEALTH_SCORE_BOT_DEDUCTION",
        Field::Decimal(|t| &mut t.health_score_bot_deduction),
        POINTS,
        "points",
    )
    .explained(
        "Points taken off the health score for each flagged device.",
        "Higher makes the score fall faster.",
    ),
    Setting::of(
        "HEALTH_SCORE_COPPA_MULTIPLIER",
        Field::Decimal(|t| &mut t.health_score_coppa_multiplier),
        (0.0, 10.0),
        "points per percentage point",
    )
    .advised(0.25, 0.5)
    .explained(
        "Points taken off the health score for each percentage point that is missing to \
         full compliance.",
        "Higher makes the score fall faster.",
    ),
    Setting::of(
        "HEALTH_SCORE_FRAUD_CAP",
        Field::Decimal(|t| &mut t.health_score_fraud_cap),
        POINTS,
        "points",
    )
    .explained(
        "The most that suspicious clicks can take off the health score.",
        "All four caps sum to at most 100.",
    ),
    Setting::of(
        "HEALTH_SCORE_BOT_CAP",
        Field::Decimal(|t| &mut t.health_score_bot_cap),
        POINTS,
        "points",
    )
    .explained(
        "The most that bots can take off the health score.",
        "All four caps sum to at most 100.",
    ),
    Setting::of(
        "HEALTH_SCORE_OPT_OUT_CAP",
        Field::Decimal(|t| &mut t.health_score_opt_out_cap),
        POINTS,
        "points",
    )
    .explained(
        "The most that opt-outs can take off the health score.",
        "All four caps sum to at most 100; above 20 it changes nothing, as opt-outs take \
             20 at most.",
    ),
    Setting::of(
        "HEALTH_SCORE_COPPA_CAP",
        Field::Decimal(|t| &mut t.health_score_coppa_cap),
        POINTS,
        "points",
    )
    .explained(
        "The most that COPPA violations can take off the health score.",
        "All four caps sum to at most 100.",
    ),
    Setting::of(
        "ALERT_FRAUD_THRESHOLD",
        Field::Integer(|t| &mut t.alert_fraud_threshold),
        (0.0, 1_000_000.0),
        "groups",
    )
    .explained(
        "Flagged IP groups above which an alert is raised.",
        "Lower raises it earlier.",
    ),
    Setting::of(
        "ALERT_BOT_THRESHOLD",
        Field::Integer(|t| &mut t.alert_bot_threshold),
        (0.0, 1_000_000.0),
        "devices",
    )
    .explained(
        "Flagged devices above which an alert is raised.",
        "Lower raises it earlier.",
    ),
    Setting::of(
        "ALERT_OPT_OUT_THRESHOLD",
        Field::Decimal(|t| &mut t.alert_opt_out_threshold),
        PERCENT,
        "percent",
    )
    .explained(
        "Share of parent shares never viewed above which an alert is raised.",
        "Lower raises it earlier.",
    ),
];

//! The four parts of the health score: what each deducts, by which formula, and why in a sentence.

use super::{Deduction, HealthInputs, HealthPart};
use crate::guardrails::Thresholds;
use crate::statistics::round_to;

/// Points that opt-outs deduct when nobody looks at anything that is shared.
const OPT_OUT_WEIGHT: f64 = 20.0;

pub(super) fn fraud(inputs: &HealthInputs, thresholds: &Thresholds) -> Deduction {
    let per_day = thresholds.fraud_detection_threshold;
    let explanation = match inputs.flagged_ip_groups {
        0 => format!("No IP made more than {per_day} clicks in a day."),
        1 => format!("1 IP made more than {per_day} clicks in a day."),
        flagged => format!("{flagged} times an IP made more than {per_day} clicks in a day."),
    };
    per_item(
        HealthPart::Fraud,
        inputs.flagged_ip_groups,
        thresholds.health_score_fraud_deduction,
        thresholds.health_score_fraud_cap,
        explanation,
    )
}

pub(super) fn bots(inputs: &HealthInputs, thresholds: &Thresholds) -> Deduction {
    let burst = format!(
        "{} times within {} s",
        thresholds.bot_detection_min_clicks, thresholds.bot_detection_time_window
    );
    let explanation = match inputs.flagged_devices {
        0 => format!("No device clicked {burst}."),
        1 => format!("1 device clicked {burst}."),
        flagged => format!("{flagged} devices clicked {burst}."),
    };
    per_item(
        HealthPart::BotBehavior,
        inputs.flagged_devices,
        thresholds.health_score_bot_deduction,
        thresholds.health_score_bot_cap,
        explanation,
    )
}

/// So many points for each item, up to a cap.
fn per_item(
    part: HealthPart,
    items: u64,
    points_each: f64,
    cap: f64,
    explanation: String,
) -> Deduction {
    Deduction {
        part,
        input: Some(items as f64),
        formula: format!("min({items} × {points_each}, {cap})"),
        points: (items as f64 * points_each).min(cap),
        explanation: with_cap_note(explanation, items as f64 * points_each, cap),
    }
}

pub(super) fn opt_outs(inputs: &HealthInputs, thresholds: &Thresholds) -> Deduction {
    let (shares, links) = (inputs.parent_share_opt_out_rate, inputs.link_opt_out_rate);
    let cap = thresholds.health_score_opt_out_cap;
    let mean = (shares + links) / 2.0;
    let uncapped = mean / 100.0 * OPT_OUT_WEIGHT;
    let explanation = if mean > 0.0 {
        format!(
            "{shares} % of parent shares were never viewed and {links} % of links never clicked."
        )
    } else {
        "No parent share went unseen and no link unclicked.".to_owned()
    };
    Deduction {
        part: HealthPart::OptOutRate,
        input: Some(round_to(mean, 2)),
        formula: format!("min(({shares} % + {links} %) / 2 × {OPT_OUT_WEIGHT}, {cap})"),
        points: uncapped.min(cap),
        explanation: with_cap_note(explanation, uncapped, cap),
    }
}

pub(super) fn coppa(inputs: &HealthInputs, thresholds: &Thresholds) -> Deduction {
    let part = HealthPart::CoppaViolations;
    let cap = thresholds.health_score_coppa_cap;
    let Some(rate) = inputs.coppa_compliance_rate else {
        return Deduction {
            part,
            input: None,
            formula: "0".to_owned(),
            points: 0.0,
            explanation: "No parent share or progress reel was checked for personal information."
                .to_owned(),
        };
    };
    let multiplier = thresholds.health_score_coppa_multiplier;
    let uncapped = (100.0 - rate) * multiplier;
    let explanation = if rate < 100.0 {
        format!("Only {rate} % of parent shares and progress reels held no personal information.")
    } else {
        "No parent share or progress reel held personal information.".to_owned()
    };
    Deduction {
        part,
        input: Some(rate),
        formula: format!("min((100 − {rate}) × {multiplier}, {cap})"),
        points: uncapped.min(cap),
        explanation: with_cap_note(explanation, uncapped, cap),
    }
}

fn with_cap_note(explanation: String, uncapped: f64, cap: f64) -> String {
    if uncapped > cap {
        format!("{explanation} This part deducts {cap} points at most.")
    } else {
        explanation
    }
}

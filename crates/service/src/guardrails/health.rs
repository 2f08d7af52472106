//! The health score over the five computations of its window.

use std::sync::Arc;

use viral_engine_api_types::guardrails::{
    Bots, ConversionAnomalies, Coppa, Deductions, HealthComponents, HealthExplanation, HealthScore,
    HealthStatus, OptOuts, SuspiciousClicks,
};
use viral_engine_domain::guardrails::Thresholds;
use viral_engine_domain::guardrails::health::{
    self as rules, Deduction, Health, HealthInputs, HealthPart,
};

use super::request::{Part, default_question};
use crate::answers::{Asked, Question, answer};
use crate::context::Context;
use crate::error::ServiceResult;

/// The five answers.
pub(crate) struct Parts {
    pub(crate) suspicious_clicks: Arc<SuspiciousClicks>,
    pub(crate) bots: Arc<Bots>,
    pub(crate) opt_outs: Arc<OptOuts>,
    pub(crate) coppa: Arc<Coppa>,
    pub(crate) conversion_anomalies: Arc<ConversionAnomalies>,
}

impl Parts {
    /// The five answers to one question.
    pub(super) async fn of(context: &Context, question: &Question) -> ServiceResult<Self> {
        let (suspicious_clicks, bots, opt_outs, coppa, conversion_anomalies) = tokio::try_join!(
            answer(context, question),
            answer(context, question),
            answer(context, question),
            answer(context, question),
            answer(context, question),
        )?;
        Ok(Self {
            suspicious_clicks,
            bots,
            opt_outs,
            coppa,
            conversion_anomalies,
        })
    }

    /// The score that follows from them.
    pub(super) fn health(&self, thresholds: &Thresholds) -> Health {
        let inputs = HealthInputs {
            flagged_ip_groups: self.suspicious_clicks.total_flagged_ips.unsigned_abs(),
            flagged_devices: self.bots.total_flagged_devices.unsigned_abs(),
            parent_share_opt_out_rate: self.opt_outs.parent_shares.opt_out_rate,
            link_opt_out_rate: self.opt_outs.attribution_links.opt_out_rate,
            coppa_compliance_rate: self.coppa.overall_compliance_rate,
        };
        rules::health(&inputs, thresholds)
    }
}

/// Each part over its own default window: what panels and alerts show when nothing else is asked.
pub(crate) async fn flagged(context: &Context, asked: &Asked) -> ServiceResult<Parts> {
    let ask = |part| default_question(asked, part);
    let (suspicious_clicks, bots) = (ask(Part::SuspiciousClicks)?, ask(Part::Bots)?);
    let (opt_outs, coppa) = (ask(Part::OptOuts)?, ask(Part::Coppa)?);
    let conversion_anomalies = ask(Part::ConversionAnomalies)?;
    let (suspicious_clicks, bots, opt_outs, coppa, conversion_anomalies) = tokio::try_join!(
        answer(context, &suspicious_clicks),
        answer(context, &bots),
        answer(context, &opt_outs),
        answer(context, &coppa),
        answer(context, &conversion_anomalies),
    )?;
    Ok(Parts {
        suspicious_clicks,
        bots,
        opt_outs,
        coppa,
        conversion_anomalies,
    })
}

/// The score with everything that explains it.
pub(crate) async fn health_of(
    context: &Context,
    question: &Question,
) -> ServiceResult<HealthScore> {
    let parts = Parts::of(context, question).await?;
    let health = parts.health(&question.thresholds);
    Ok(HealthScore {
        window: parts.suspicious_clicks.window.clone(),
        health_score: health.score,
        health_status: status(health.status),
        deductions: deductions(&health),
        explanations: explanations(&health, &parts, &question.thresholds),
        components: HealthComponents {
            suspicious_clicks: (*parts.suspicious_clicks).clone(),
            bots: (*parts.bots).clone(),
            opt_outs: (*parts.opt_outs).clone(),
            coppa: (*parts.coppa).clone(),
            conversion_anomalies: (*parts.conversion_anomalies).clone(),
        },
    })
}

/// The bare score over its default window.
pub(crate) async fn default_health(context: &Context, asked: &Asked) -> ServiceResult<Health> {
    let question = default_question(asked, Part::Health)?;
    let parts = Parts::of(context, &question).await?;
    Ok(parts.health(&question.thresholds))
}

/// The status as it is answered.
pub(crate) fn status(status: rules::HealthStatus) -> HealthStatus {
    match status {
        rules::HealthStatus::Critical => HealthStatus::Critical,
        rules::HealthStatus::Warning => HealthStatus::Warning,
        rules::HealthStatus::Fair => HealthStatus::Fair,
        rules::HealthStatus::Good => HealthStatus::Good,
        rules::HealthStatus::Excellent => HealthStatus::Excellent,
    }
}

/// The deductions as they are answered.
pub(super) fn deductions(health: &Health) -> Deductions {
    let points = |part: HealthPart| {
        let of_part = health.deductions.iter().filter(|one| one.part == part);
        of_part.map(|deduction| deduction.points).sum()
    };
    Deductions {
        fraud: points(HealthPart::Fraud),
        bot_behavior: points(HealthPart::BotBehavior),
        opt_out_rate: points(HealthPart::OptOutRate),
        coppa_violations: points(HealthPart::CoppaViolations),
    }
}

fn explanations(health: &Health, parts: &Parts, thresholds: &Thresholds) -> Vec<HealthExplanation> {
    health
        .deductions
        .iter()
        .map(|deduction| HealthExplanation {
            part: deduction.part.as_str().to_owned(),
            input: input(deduction, parts),
            formula: deduction.formula.clone(),
            deduction: deduction.points,
            cap: cap(deduction.part, thresholds),
            sentence: deduction.explanation.clone(),
        })
        .collect()
}

/// What the formula starts from, in words.
fn input(deduction: &Deduction, parts: &Parts) -> String {
    match deduction.part {
        HealthPart::Fraud => {
            let flagged = parts.suspicious_clicks.total_flagged_ips;
            format!("{flagged} flagged IP groups")
        }
        HealthPart::BotBehavior => {
            let flagged = parts.bots.total_flagged_devices;
            format!("{flagged} flagged devices")
        }
        HealthPart::OptOutRate => format!(
            "{} % of parent shares never viewed, {} % of links never clicked",
            parts.opt_outs.parent_shares.opt_out_rate,
            parts.opt_outs.attribution_links.opt_out_rate,
        ),
        HealthPart::CoppaViolations => match parts.coppa.overall_compliance_rate {
            Some(rate) => format!("{rate} % of payloads without personal information"),
            None => "no payload was checked".to_owned(),
        },
    }
}

fn cap(part: HealthPart, thresholds: &Thresholds) -> f64 {
    match part {
        HealthPart::Fraud => thresholds.health_score_fraud_cap,
        HealthPart::BotBehavior => thresholds.health_score_bot_cap,
        HealthPart::OptOutRate => thresholds.health_score_opt_out_cap,
        HealthPart::CoppaViolations => thresholds.health_score_coppa_cap,
    }
}

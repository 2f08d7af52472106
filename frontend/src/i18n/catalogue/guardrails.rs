//! Texts of the guardrails.

use viral_engine_api_types::blocks::BlockEntity;
use viral_engine_api_types::guardrails::{
    ConversionRateKind, HealthStatus, IpClassification, PayloadKind,
};

use super::{Around, Counted, Text};

/// Guardrails.
pub struct Guardrails {
    pub name: Text,
    pub health: Health,
    pub cards: Cards,
    pub tabs: Text,
    pub clicks: SuspiciousClicks,
    pub bots: Bots,
    pub opt_outs: OptOuts,
    pub coppa: Coppa,
    pub conversions: Conversions,
    pub networks: Networks,
    pub blocks: Blocks,
    pub thresholds: Thresholds,
}

/// Score, gauge, trend, deductions.
pub struct Health {
    pub title: Text,
    pub status: fn(HealthStatus) -> Text,
    pub formula: Text,
    pub scale: Text,
    pub since: fn(&str, &str) -> String,
    pub steady: Around,
    pub young: Text,
    pub chart: Text,
    pub chart_formula: Text,
    pub chart_label: Text,
    pub score_of: Around,
    pub deductions: Text,
    pub deductions_formula: Text,
    pub part: fn(&str) -> Text,
    pub points: Around,
    pub of_cap: fn(&str, &str) -> String,
    pub no_deduction: Text,
    pub alerts: Text,
}

/// The four cards beside the gauge.
pub struct Cards {
    pub fraud: Text,
    pub fraud_unit: Counted,
    pub bots: Text,
    pub bots_unit: Counted,
    pub opt_outs: Text,
    pub coppa: Text,
    pub below_target: Around,
    pub target: Around,
    pub nothing_checked: Text,
    pub off: Around,
    pub none_off: Text,
    pub input: Text,
    pub formula: Text,
    pub clicks_basis: Around,
    pub shares_basis: fn(&str, &str) -> String,
    pub checked_basis: Around,
    pub bots_basis: fn(i64, i64) -> String,
}

/// Tab of suspicious clicks.
pub struct SuspiciousClicks {
    pub tab: Text,
    pub title: Text,
    pub formula: Around,
    pub network: Text,
    pub day: Text,
    pub clicks: Text,
    pub devices: Text,
    pub first: Text,
    pub last: Text,
    pub why: Text,
    pub none_title: Text,
    pub none_detail: Around,
}

/// Tab of bots.
pub struct Bots {
    pub tab: Text,
    pub title: Text,
    pub formula: fn(i64, i64) -> String,
    pub device: Text,
    pub clicks: Text,
    pub burst: Text,
    pub burst_seconds: Around,
    pub first: Text,
    pub last: Text,
    pub none_title: Text,
    pub none_detail: Text,
}

/// Tab of opt-outs.
pub struct OptOuts {
    pub tab: Text,
    pub title: Text,
    pub formula: Text,
    pub what: Text,
    pub out: Text,
    pub total: Text,
    pub rate: Text,
    pub shares: Text,
    pub shares_out: Text,
    pub links: Text,
    pub links_out: Text,
    pub explicit: Text,
    pub explicit_out: Text,
    pub sessions: Text,
    pub sessions_formula: Text,
    pub sessions_value: fn(&str, &str) -> String,
}

/// Tab of COPPA compliance.
pub struct Coppa {
    pub tab: Text,
    pub kinds: Text,
    pub kinds_formula: Text,
    pub kind: fn(PayloadKind) -> Text,
    pub overall: Text,
    pub checked: Text,
    pub found: Text,
    pub rate: Text,
    pub violations: Text,
    pub violations_formula: Text,
    pub kind_head: Text,
    pub field: Text,
    pub entity: Text,
    pub entity_name: fn(&str) -> String,
    pub at: Text,
    pub id: Text,
    pub violation_title: Text,
    pub violation_help: Text,
    pub gone_title: Text,
    pub gone_detail: Text,
    pub none_title: Text,
    pub none_detail: Text,
}

/// Tab of conversions.
pub struct Conversions {
    pub tab: Text,
    pub days_title: Text,
    pub days_formula: Around,
    pub day: Text,
    pub referrer: Text,
    pub conversions: Text,
    pub rates_title: Text,
    pub rates_formula: Around,
    pub clicks: Text,
    pub rate: Text,
    pub wilson: Text,
    pub why: Text,
    pub kind: fn(ConversionRateKind) -> Text,
    pub none_title: Text,
    pub none_detail: Text,
}

/// Tab of shared networks, and networks of institutions.
pub struct Networks {
    pub tab: Text,
    pub title: Text,
    pub formula: Text,
    pub classification: fn(IpClassification) -> Text,
    pub classification_head: Text,
    pub none_title: Text,
    pub none_detail: Text,
    pub institutions: Text,
    pub institutions_formula: Text,
    pub institutions_none_title: Text,
    pub institutions_none: Text,
    pub network: Text,
    pub network_help: Text,
    pub institution: Text,
    pub institution_help: Text,
    pub marked: Text,
    pub add: Text,
    pub mark: Text,
    pub mark_title: Text,
    pub mark_done: Around,
    pub removed: Around,
}

/// Tab of what is blocked, and blocking.
pub struct Blocks {
    pub tab: Text,
    pub title: Text,
    pub formula: Text,
    pub entity: fn(BlockEntity) -> Text,
    pub entity_head: Text,
    pub value: Text,
    pub reason: Text,
    pub reason_help: Text,
    pub by: Text,
    pub at: Text,
    pub ends: Text,
    pub never: Text,
    pub for_days: Counted,
    pub block: Text,
    pub block_title: Around,
    pub block_help: Text,
    pub blocked: Around,
    pub unblock: Text,
    pub is_blocked: Text,
    pub unblocked: Around,
    pub none_title: Text,
    pub none_detail: Text,
}

/// Trying other thresholds.
pub struct Thresholds {
    pub open: Text,
    pub title: Text,
    pub help: Text,
    pub range: fn(&str, Option<&str>, &str) -> String,
    pub bad_number: fn(&str, Option<&str>) -> String,
    pub preview: Text,
    pub preview_help: Text,
    pub measure: Text,
    pub now: Text,
    pub proposed: Text,
    pub flagged_ips: Text,
    pub shared: Text,
    pub devices: Text,
    pub referrers: Text,
    pub score: Text,
    pub alerts: Text,
    pub show_here: Text,
    pub save: Text,
    pub saved: Text,
    pub all_settings: Text,
    pub overridden: Text,
    pub back_to_saved: Text,
    pub changed_meanwhile: Text,
}

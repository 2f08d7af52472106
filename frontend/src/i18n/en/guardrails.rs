//! Texts of the guardrails.

use viral_engine_api_types::blocks::BlockEntity;
use viral_engine_api_types::guardrails::{
    ConversionRateKind, HealthStatus, IpClassification, PayloadKind,
};

use super::plural;
use crate::i18n::catalogue::Guardrails;
use crate::i18n::catalogue::guardrails::{
    Blocks, Bots, Cards, Conversions, Coppa, Health, Networks, OptOuts, SuspiciousClicks,
    Thresholds,
};

pub const GUARDRAILS: Guardrails = Guardrails {
    name: "The guardrails",
    health: HEALTH,
    cards: CARDS,
    tabs: "Guardrails in detail",
    clicks: CLICKS,
    bots: BOTS,
    opt_outs: OPT_OUTS,
    coppa: COPPA,
    conversions: CONVERSIONS,
    networks: NETWORKS,
    blocks: BLOCKS,
    thresholds: THRESHOLDS,
};

const HEALTH: Health = Health {
    title: "Health score",
    status: |status| match status {
        HealthStatus::Excellent => "excellent",
        HealthStatus::Good => "good",
        HealthStatus::Fair => "fair",
        HealthStatus::Warning => "warning",
        HealthStatus::Critical => "critical",
    },
    formula: "100 minus four deductions, each with a cap: suspicious clicks, bots, opt-outs, personal information.",
    scale: "90 or more is excellent, 75 good, 60 fair, 40 warning, less critical.",
    since: |change, when| format!("{change} since {when}"),
    steady: |when| format!("unchanged since {when}"),
    young: "The trend begins with the first two snapshots; one is stored every 5 minutes.",
    chart: "Health over time",
    chart_formula: "A snapshot every 5 minutes, over the score's own window. Dashed lines: an alert opened, whatever became of it.",
    chart_label: "Line chart of the health score, 0 to 100.",
    score_of: |score| format!("health score {score}"),
    deductions: "Why this score",
    deductions_formula: "Points taken off 100. Each part has a cap, so that no part hides the others.",
    part: |part| match part {
        "fraud" => "Suspicious clicks",
        "bot_behavior" => "Bots",
        "opt_out_rate" => "Opt-outs",
        "coppa_violations" => "Personal information",
        _ => "Other",
    },
    points: |points| format!("−{points} points"),
    of_cap: |points, cap| format!("−{points} of at most {cap}"),
    no_deduction: "no deduction",
    alerts: "Needs attention",
};

const CARDS: Cards = Cards {
    fraud: "Suspicious clicks",
    fraud_unit: |groups| if groups == 1 { "group" } else { "groups" }.to_owned(),
    bots: "Bots",
    bots_unit: |devices| if devices == 1 { "device" } else { "devices" }.to_owned(),
    opt_outs: "Opt-outs",
    coppa: "COPPA compliance",
    below_target: |target| format!("below the target of {target}"),
    target: |target| format!("target {target}"),
    nothing_checked: "nothing to check",
    off: |points| format!("{points} points off the score"),
    none_off: "nothing off the score",
    input: "From",
    formula: "Here",
    clicks_basis: |clicks| format!("of {clicks} clicks"),
    shares_basis: |shares, links| format!("mean of {shares} of shares and {links} of links"),
    checked_basis: |checked| format!("of {checked} payloads"),
    bots_basis: |clicks, seconds| {
        format!(
            "{clicks} clicks within {}",
            plural(seconds, "second", "seconds")
        )
    },
};

const CLICKS: SuspiciousClicks = SuspiciousClicks {
    tab: "Suspicious clicks",
    title: "Suspicious clicks",
    formula: |threshold| {
        format!(
            "Clicks of one address on one day are a group; more than {threshold} are suspicious. Networks that many devices share are listed apart. Addresses are shown truncated."
        )
    },
    network: "Network",
    day: "Day",
    clicks: "Clicks",
    devices: "Devices",
    first: "First",
    last: "Last",
    why: "Why",
    none_title: "No suspicious clicks",
    none_detail: |threshold| {
        format!("No address made more than {threshold} clicks on one day of this period.")
    },
};

const BOTS: Bots = Bots {
    tab: "Bots",
    title: "Bot-like devices",
    formula: |clicks, seconds| {
        format!(
            "A device is flagged when {clicks} clicks in a row lie within {}. Crawlers that declare themselves are classified before and are not in here.",
            plural(seconds, "second", "seconds")
        )
    },
    device: "Device",
    clicks: "Clicks",
    burst: "Fastest burst",
    burst_seconds: |seconds| format!("{seconds} s"),
    first: "First",
    last: "Last",
    none_title: "No bot-like devices",
    none_detail: "No device clicked faster than people do in this period.",
};

const OPT_OUTS: OptOuts = OptOuts {
    tab: "Opt-outs",
    title: "Opt-outs",
    formula: "What was shared and never looked at, and who said no. The score uses the mean of the first two rates.",
    what: "What",
    out: "Opted out",
    total: "Of",
    rate: "Rate",
    shares: "Parent shares",
    shares_out: "never viewed",
    links: "Attribution links",
    links_out: "never clicked",
    explicit: "Users reached",
    explicit_out: "opted out by words: unsubscribed, withdrew consent, do not ask again",
    sessions: "Study sessions",
    sessions_formula: "Mean number of participants of a session; an empty list counts 0.",
    sessions_value: |sessions, participants| {
        format!("{participants} participants on average in {sessions} sessions")
    },
};

const COPPA: Coppa = Coppa {
    tab: "COPPA",
    kinds: "Compliance by kind",
    kinds_formula: "Share of payloads without personal information. Payloads without content are compliant; a kind without payloads has no rate.",
    kind: |kind| match kind {
        PayloadKind::ParentShare => "Parent shares",
        PayloadKind::ProgressReel => "Progress reels",
    },
    overall: "Both",
    checked: "Checked",
    found: "Violations",
    rate: "Compliant",
    violations: "Violations",
    violations_formula: "Where personal information was found, and of which kind. The value itself is never stored: it is redacted when the payload is taken in.",
    kind_head: "Kind",
    field: "Field",
    entity: "Found",
    entity_name: |entity| entity.replace('_', " "),
    at: "Shared",
    id: "Id",
    violation_title: "Personal information in a payload",
    violation_help: "The platform sent this payload. Find where its field is filled, and leave the information out. What is stored here is redacted already.",
    gone_title: "Not in this period",
    gone_detail: "What the address names is not among the violations that are listed. Choose a longer period, or look for it in the list.",
    none_title: "No personal information found",
    none_detail: "Parent shares and progress reels are scanned when they arrive. What is found is listed here, without its value.",
};

const CONVERSIONS: Conversions = Conversions {
    tab: "Conversions",
    days_title: "Many conversions on one day",
    days_formula: |threshold| {
        format!("More than {threshold} conversions of one referrer on one day.")
    },
    day: "Day",
    referrer: "Referrer",
    conversions: "Conversions",
    rates_title: "Unlikely conversion rates",
    rates_formula: |rate| {
        format!(
            "Referrers with more than {rate} of conversions per click over the period, and those with conversions but no click. The lower end is of the Wilson 95 % interval: with few clicks it is far below the rate."
        )
    },
    clicks: "Clicks",
    rate: "Rate",
    wilson: "At least",
    why: "Why",
    kind: |kind| match kind {
        ConversionRateKind::HighConversionRate => "high rate",
        ConversionRateKind::ConversionsWithoutClicks => "no clicks",
    },
    none_title: "No anomalies",
    none_detail: "No referrer converts more than people do in this period.",
};

const NETWORKS: Networks = Networks {
    tab: "Shared networks",
    title: "Shared networks",
    formula: "Groups above the threshold that have an explanation: many devices of which none is above it by itself, or a network marked as an institution's. They take nothing off the score.",
    classification: |classification| match classification {
        IpClassification::Suspicious => "suspicious",
        IpClassification::SharedNetwork => "shared network",
        IpClassification::Institution => "institution",
    },
    classification_head: "Explained as",
    none_title: "No shared networks",
    none_detail: "Schools and offices with many clicks behind one address appear here.",
    institutions: "Networks of institutions",
    institutions_formula: "Clicks from these networks are never suspicious, and devices without a cookie on them are not taken for bots.",
    institutions_none_title: "No networks are marked",
    institutions_none: "Mark the network of a school, so that its laptops are not taken for fraud.",
    network: "Network",
    network_help: "Such as 203.0.113.0/24. IPv4 from /8 to /24, IPv6 from /16 to /48.",
    institution: "Institution",
    institution_help: "Whose network it is.",
    marked: "Marked",
    add: "Mark a network",
    mark: "Mark institution",
    mark_title: "Mark a network as an institution's",
    mark_done: |network| format!("{network} is marked. The figures follow in a moment."),
    removed: |network| format!("{network} is not marked any more."),
};

const BLOCKS: Blocks = Blocks {
    tab: "Blocked",
    title: "Blocked devices and networks",
    formula: "Hits of what is blocked are rejected and count for nothing.",
    entity: |entity| match entity {
        BlockEntity::Device => "device",
        BlockEntity::Network => "network",
    },
    entity_head: "Kind",
    value: "Blocked",
    reason: "Reason",
    reason_help: "Kept in the audit trail.",
    by: "By",
    at: "Since",
    ends: "Ends",
    never: "Never",
    for_days: |days| format!("In {}", plural(days, "day", "days")),
    block: "Block",
    block_title: |value| format!("Block {value}"),
    block_help: "Hits of it are rejected from now on. What was counted before stays.",
    blocked: |value| format!("{value} is blocked."),
    unblock: "Unblock",
    is_blocked: "blocked",
    unblocked: |value| format!("{value} is not blocked any more."),
    none_title: "Nothing is blocked",
    none_detail: "Block a device or a network from the lists of suspicious clicks and bots.",
};

const THRESHOLDS: Thresholds = Thresholds {
    open: "Thresholds",
    title: "Try other thresholds",
    help: "See what would be flagged before anything is saved.",
    range: |min, max, unit| match max {
        Some(max) => format!("{min} to {max} {unit}"),
        None => format!("{min} or more {unit}"),
    },
    bad_number: |min, max| match max {
        Some(max) => format!("Give a number from {min} to {max}."),
        None => format!("Give a number of {min} or more."),
    },
    preview: "What would be flagged",
    preview_help: "Over the default windows, as the alerts see it.",
    measure: "Figure",
    now: "Now",
    proposed: "With these",
    flagged_ips: "Suspicious groups",
    shared: "Shared networks",
    devices: "Bot-like devices",
    referrers: "Flagged referrers",
    score: "Health score",
    alerts: "Alerts",
    show_here: "Show on this page",
    save: "Save for everybody",
    saved: "Saved. The figures follow in a moment.",
    all_settings: "All thresholds",
    overridden: "These figures are seen with other thresholds than the saved ones.",
    back_to_saved: "Back to the saved ones",
    changed_meanwhile: "Somebody else changed the thresholds meanwhile. They were read again; look at your values once more, then save.",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_are_grouped_and_plural() {
        assert_eq!((BLOCKS.for_days)(1), "In 1 day");
        assert_eq!((BLOCKS.for_days)(1_200), "In 1,200 days");
    }
}

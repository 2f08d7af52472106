//! Texts of performance reports.

use viral_engine_api_types::reports::{ReportDeliveryStatus, ReportStatus, ReportType, Trend};

use super::plural;
use crate::i18n::catalogue::Reports;

pub const REPORTS: Reports = Reports {
    help: "How growth went over some days. A report is computed once and kept with what it was computed from: read again it is the same, whatever arrives later.",
    generate: "Generate report",
    kind_head: "Type",
    kind: |kind| match kind {
        ReportType::Weekly => "Weekly",
        ReportType::Monthly => "Monthly",
        ReportType::Custom => "Custom",
    },
    kind_help: |kind| match kind {
        ReportType::Weekly => "Seven days that end yesterday, beside the seven before.",
        ReportType::Monthly => "The calendar month before this one, beside the one before that.",
        ReportType::Custom => "Any days up to yesterday, at most 366, beside as many before.",
    },
    from: "First day",
    to: "Last day, included",
    choose_day: "Choose a day.",
    time_zone: "Time zone",
    time_zone_help: "Days begin at midnight there, for example Europe/Berlin. UTC if empty.",
    status_head: "Status",
    status: |status| match status {
        ReportStatus::Generating => "computing",
        ReportStatus::Ready => "ready",
        ReportStatus::Failed => "failed",
    },
    days: "Days",
    created: "Asked for",
    asked_for: "asked for",
    to_list: "All reports",
    empty_title: "No reports yet",
    empty_detail: "Here you will see weekly, monthly and custom reports. Weekly ones come by themselves on Mondays, monthly ones on the first; generate one now to see how growth went.",
    none_match_title: "No report matches",
    none_match_detail: "There are none of this type. Take the filter away, or generate one.",
    computing: "The report is being computed",
    computing_since: |time| {
        format!("For {time}. It appears here by itself; you can leave and come back.")
    },
    computing_late: "This takes longer than usual: the queue may be paused, or no worker runs.",
    see_jobs: "See the jobs of the queue",
    failed: "The report could not be computed",
    generate_again: "Try the same days again",
    save_as: "Save as",
    up: |percent| format!("{percent} % more than before"),
    down: |percent| format!("{percent} % less than before"),
    stable: |percent| format!("stable: {percent} % against before"),
    trend: |trend| match trend {
        Trend::Up => "up, from nothing before",
        Trend::Down => "down, nothing to compare with",
        Trend::Stable => "stable, nothing before",
    },
    direction: |trend| match trend {
        Trend::Up => "up by more than 5 %",
        Trend::Down => "down by more than 5 %",
        Trend::Stable => "stable within 5 %",
    },
    change: "Change of K",
    k_factor: "K-factor",
    k_formula: "Invitations per active user × conversions per invitation, three decimals. At 1 every user brings one more.",
    active_users: "Active users",
    active_users_formula: "Different users who invited.",
    conversions: "Conversions",
    conversions_formula: "Invited people who created an account; each counts once.",
    rate: "Conversion rate",
    rate_formula: "Conversions ÷ clicks of people. The direction is that against the period before: up or down beyond ±5 %.",
    links_created: "Links created",
    links_created_formula: "Links minted in these days.",
    ctr: "Links clicked",
    ctr_formula: "Links minted in these days that a person clicked before their end ÷ links minted.",
    clicked_of: |clicked, created| format!("{clicked} of {created} links"),
    health: "Health score",
    health_formula: "Of the guardrails, over these days: 100 less points for fraud, bots, opt-outs and personal information.",
    compliance: "Compliance",
    compliance_formula: "Shared payloads without personal information ÷ payloads checked.",
    none_checked: "no payload was checked",
    fraud_flags: "Fraud flags",
    fraud_flags_formula: "Networks and devices that the guardrails flag in these days.",
    alerts: "Alerts",
    alerts_formula: "Alerts opened in these days, by type.",
    insights: "What the figures say",
    recommendations: "What to do next",
    k_chart: "K-factor by period",
    k_chart_label: "Columns: K of this period and of those before it.",
    derived: |days| format!("{days}, from the change to the next"),
    k_by_loop: "K-factor by loop",
    loops: "Loops",
    loops_formula: "The same figures by the source of the links. What came without a link stands on its own.",
    without_link: "without a link",
    no_loops: "No loop had an invitation",
    no_loops_detail: "Once links are minted and passed on, each source has a line here.",
    source: "Loop",
    invites: "Invitations",
    referrers: "Top referrers",
    referrers_formula: "At most ten, by conversions, then clicks, then name. Children and users of unknown age stand under a pseudonym.",
    referrer: "Referrer",
    contribution: "Share of K",
    no_referrers: "Nobody brought anybody",
    no_referrers_detail: "Who brings most conversions stands here.",
    delivery: "By email",
    delivery_status: |status| match status {
        ReportDeliveryStatus::NotDelivered => "not sent",
        ReportDeliveryStatus::Queued => "on its way",
        ReportDeliveryStatus::Delivered => "sent",
        ReportDeliveryStatus::PartlyDelivered => "sent to some",
        ReportDeliveryStatus::Failed => "failed",
    },
    last_sent: "last sent",
    see_emails: "See the messages",
    deliver: "Send by email",
    send: "Send",
    recipients: "Recipients",
    deliver_help: "At most 50 addresses, one a line. Who has this report already gets it no second time.",
    no_recipient: "Give at least one address.",
    too_many_recipients: |most| format!("Give at most {most} addresses."),
    not_an_address: |typed| format!("{typed} is no address: give one such as ada@example.org."),
    delivered: |new, known| match known {
        0 => format!(
            "Queued for {}.",
            plural(new as i64, "recipient", "recipients")
        ),
        _ => format!(
            "Queued for {}; {known} had it already.",
            plural(new as i64, "recipient", "recipients")
        ),
    },
    subscriptions: "Sent by themselves",
    subscriptions_help: "Each scheduled report goes to these addresses by email: weekly ones on Mondays, monthly ones on the first.",
    recipient_count: |count| match count {
        0 => "nobody gets it".to_owned(),
        count => plural(count, "recipient", "recipients"),
    },
    subscription_changed: "changed",
    change_recipients: "Change",
    recipients_of: |kind| format!("Recipients of each {} report", kind.to_lowercase()),
    recipients_help: "At most 50 addresses, one a line; none ends the subscription.",
    recipients_saved: "The recipients are changed.",
    recipients_stale: "Somebody changed them meanwhile. Close the form and open it again to see who gets it now.",
    changes: "What changed since",
    changes_help: "The report stays as it is. Computed afresh it may differ: late events, deletions, changed thresholds.",
    compare: "Compare with today",
    compared: "Compared",
    unchanged: "Nothing changed: the report stands as it is.",
    changed_figures: "Figures that differ",
    changed_figure,
    figure: "Figure",
    reported: "In the report",
    current: "Today",
};

/// What stands where among the figures a report is computed from, in words.
fn changed_figure(steps: &[&str]) -> String {
    let plain = |name: &str| name.replace('_', " ");
    match steps {
        ["current", figure] => plain(figure),
        ["previous", figure] => format!("{} in the period before", plain(figure)),
        ["loops", "", figure] => format!("{} without a link", plain(figure)),
        ["loops", source, figure] => format!("{} by {source}", plain(figure)),
        ["top_referrers", place, figure] => {
            let place = place.parse::<usize>().map_or(0, |place| place + 1);
            format!("top referrer {place}: {}", plain(figure))
        }
        ["alerts", rule] => format!("alerts of {}", plain(rule)),
        ["thresholds", setting] => format!("threshold: {}", plain(setting)),
        others => others
            .iter()
            .map(|step| plain(step))
            .collect::<Vec<_>>()
            .join(", "),
    }
}

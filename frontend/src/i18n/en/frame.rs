//! Texts of the frame.

use super::plural;
use crate::i18n::catalogue::{Frame, PageText, Pages, Palette};

pub const FRAME: Frame = Frame {
    product: "Viral Engine",
    skip_to_content: "Skip to the content",
    main_navigation: "Main",
    open_navigation: "Open the navigation",
    search: "Search",
    group_growth: "Growth",
    group_safety: "Safety",
    group_compliance: "Compliance",
    group_reports: "Reports",
    group_operations: "Operations",
    group_settings: "Settings",
    open_alerts: |count| format!("{} open", plural(count, "alert", "alerts")),
    period: "Period",
    last_days: |days| format!("Last {}", plural(days, "day", "days")),
    custom_period: "Custom period",
    from: "From",
    to: "To, included",
    range: |from, to| format!("{from} to {to}"),
    range_reversed: "The end is before the start: swap the dates.",
    range_too_long: |days| format!("Choose at most {}.", plural(days, "day", "days")),
    compare: "vs previous",
    time_zone: "Time zone",
    zone_local: |zone| format!("Here ({zone})"),
    zone_others: "All zones",
    theme: "Theme",
    theme_system: "System",
    theme_light: "Light",
    theme_dark: "Dark",
    live: "live",
    stale: "every 30 s",
    offline: "offline",
    live_help: "Live: changes are pushed. Every 30 s: the push is interrupted, so the app asks. Offline: the engine does not answer; the app tries every 5 s and reads everything again once it does. Nothing is fetched while the tab is hidden.",
    updated: |when| format!("updated {when}"),
    refresh: "Refresh",
    account_menu: "Account",
    sign_out: "Sign out",
    not_found_title: "There is no such page",
    not_found_detail: "The address may be mistyped, or what it named is gone.",
    not_allowed_title: "Not for your role",
    not_allowed_detail: "This page exists, but your role may not see it. Ask an admin.",
    to_start: "To the overview",
    ignored: |asked| {
        format!(
            "The address asks for {asked}, which makes no sense here. The page is shown without it."
        )
    },
    ignored_forget: "Take it out of the address",
    nothing_to_filter: "There is nothing to filter on this page.",
    alert_opened: |message| format!("New alert: {message}"),
    shortcuts_title: "Keyboard",
    shortcuts_go: "Go to a page",
    shortcuts_single: "Shortcuts without Ctrl or Cmd are on",
    shortcuts_everywhere: "Everywhere",
    shortcut_palette: "Search pages, links, users and actions",
    shortcut_filter: "Go to the filter of the page",
    shortcut_help: "Show this list",
    shortcut_escape: "Close what is open",
    shortcut_crosshair: "Read the values of a chart that has the focus",
    shortcut_go_to: |page| format!("Go to {page}"),
};

pub const PALETTE: Palette = Palette {
    title: "Search and commands",
    placeholder: "A page, a link, a user, an action …",
    pages: "Pages",
    actions: "Actions",
    links: "Links",
    users: "Users",
    nothing: "Nothing matches. Links are found by token or alias, users by external id; of the newest 100 of each the beginning is enough.",
    searching: "Searching …",
    results: |count| plural(count, "result", "results"),
    copy_address: "Copy the address of this view",
    request_consent: "Request consent",
    request_data: "Ask for a copy or a deletion",
};

pub const PAGES: Pages = Pages {
    overview: PageText {
        title: "Overview",
        purpose: "Is it spreading, and is it safe?",
    },
    k_factor: PageText {
        title: "K-factor",
        purpose: "Does every user bring another, and by which loop?",
    },
    funnel: PageText {
        title: "Funnel and cohorts",
        purpose: "How far people come, and whether they stay.",
    },
    attribution: PageText {
        title: "Attribution",
        purpose: "Which sources, channels and campaigns conversions are owed to.",
    },
    conversions: PageText {
        title: "Conversions",
        purpose: "Users who were invited and came, and what led to each.",
    },
    conversion: PageText {
        title: "Conversion",
        purpose: "Who is credited with it, and why.",
    },
    guardrails: PageText {
        title: "Guardrails",
        purpose: "Is the spread real, and is it safe?",
    },
    alerts: PageText {
        title: "Alerts",
        purpose: "What needs somebody now, and what was done about it.",
    },
    audit: PageText {
        title: "Audit",
        purpose: "Who did what, and the proof that nobody changed the record.",
    },
    consents: PageText {
        title: "Consents",
        purpose: "What guardians allow for their children, and what they have not answered.",
    },
    consent: PageText {
        title: "Consent",
        purpose: "Who allowed what, when, and what proves it.",
    },
    consent_request: PageText {
        title: "Consent request",
        purpose: "How a guardian was asked, and what became of each scope.",
    },
    user_consents: PageText {
        title: "Consents of a user",
        purpose: "Everything guardians or a school have said about this person.",
    },
    verifications: PageText {
        title: "Verifications",
        purpose: "Who shows to be the guardian, and signed forms that wait for two people.",
    },
    notices: PageText {
        title: "Notices",
        purpose: "What guardians are told before they consent, in versions that never change.",
    },
    notice: PageText {
        title: "Notice",
        purpose: "One version, as guardians saw it.",
    },
    notice_draft: PageText {
        title: "Draft of the notice",
        purpose: "What guardians are to be told next.",
    },
    data_requests: PageText {
        title: "Data requests",
        purpose: "Copies of everything that is held on a person, and its deletion.",
    },
    data_request: PageText {
        title: "Data request",
        purpose: "How far it is, and what was done.",
    },
    disclosures: PageText {
        title: "Disclosures",
        purpose: "Who outside got an education record, and why.",
    },
    compliance: PageText {
        title: "Compliance report",
        purpose: "What the COPPA rule asks, clause by clause, and who sees to it.",
    },
    links: PageText {
        title: "Links",
        purpose: "Every link that was minted, and what became of it.",
    },
    link_new: PageText {
        title: "New link",
        purpose: "A signed short link that belongs to a referrer, a source and a channel.",
    },
    link: PageText {
        title: "Link",
        purpose: "How to pass it on, and who followed it.",
    },
    users: PageText {
        title: "Users",
        purpose: "People on the platform, known by its own ids.",
    },
    user: PageText {
        title: "User",
        purpose: "What the platform has told about this person.",
    },
    reports: PageText {
        title: "Reports",
        purpose: "How growth went, in figures, in sentences, and in what to do next.",
    },
    report: PageText {
        title: "Report",
        purpose: "What the figures were, what they say, and what to do next.",
    },
    recaps: PageText {
        title: "Recaps",
        purpose: "What parents are told of their children's week.",
    },
    jobs: PageText {
        title: "Jobs",
        purpose: "What the engine does in the background, and what went wrong with it.",
    },
    schedules: PageText {
        title: "Schedules",
        purpose: "What the clock asks for, when it was last and will be next.",
    },
    outbox: PageText {
        title: "Outbox",
        purpose: "Every email the engine sent or still has to.",
    },
    webhooks: PageText {
        title: "Webhooks",
        purpose: "Who is told what happens here.",
    },
    webhook: PageText {
        title: "Webhook",
        purpose: "What this receiver is told, and what was delivered to it.",
    },
    flags: PageText {
        title: "Features",
        purpose: "Features that can be switched off while the engine runs.",
    },
    operators: PageText {
        title: "Operators",
        purpose: "Who signs in here, and what they may do.",
    },
    api_keys: PageText {
        title: "API keys",
        purpose: "How your platform's backend signs in.",
    },
    settings: PageText {
        title: "Thresholds",
        purpose: "When guardrails speak up. A change takes effect at once, on every node.",
    },
    account: PageText {
        title: "Account",
        purpose: "Where you are signed in, and your password.",
    },
    about: PageText {
        title: "About",
        purpose: "The engine that is running here.",
    },
};

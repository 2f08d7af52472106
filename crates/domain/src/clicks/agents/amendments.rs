//! What the engine adds to the published list of crawlers, and where it narrows it.

use super::AgentKind;

/// Patterns beside the list, matched without regard to case.
///
/// The first group are unfurlers and mail scanners that name themselves; the list is about crawlers and lacks
/// them. The second are conventions: no browser puts the address of its operator (`+https://…`) or these words
/// into its user agent, so programs younger than the list are still found. The bare word `bot` is not among
/// them, since CUBOT makes phones.
#[rustfmt::skip]
pub(super) const ADDITIONS: &[(&str, AgentKind)] = &[
    ("Google-PageRenderer", AgentKind::Unfurler),
    ("GoogleMessages/", AgentKind::Unfurler),
    ("ZulipURLPreview", AgentKind::Unfurler),
    ("Rocket\\.Chat", AgentKind::Unfurler),
    ("Nextcloud[- ]Server[- ]Crawler", AgentKind::Unfurler),
    ("link[ -]?preview|url[ -]?preview|unfurl", AgentKind::Unfurler),
    ("Microsoft Office (Existence|Protocol) Discovery", AgentKind::Unfurler),
    ("ms-office|MSOffice", AgentKind::Unfurler),
    ("Microsoft-WebDAV-MiniRedir", AgentKind::Unfurler),
    ("SafeLinks", AgentKind::Unfurler),
    ("Barracuda", AgentKind::Unfurler),
    ("Proofpoint", AgentKind::Unfurler),
    ("Mimecast", AgentKind::Unfurler),
    ("IronPort|CiscoSecureEmail", AgentKind::Unfurler),
    ("Cloudmark", AgentKind::Unfurler),
    ("MessageLabs", AgentKind::Unfurler),
    ("FortiMail|FortiGuard", AgentKind::Unfurler),
    ("MailScanner", AgentKind::Unfurler),

    ("\\+https?://", AgentKind::Crawler),
    ("crawler|spider|scraper|scanner", AgentKind::Crawler),
    ("headless", AgentKind::Tool),
];

/// Patterns of the list whose tags put them among crawlers although they fetch links for people.
pub(super) const UNFURLERS: &[&str] = &["developers\\.google\\.com\\/\\+\\/web\\/snippet"];

/// Patterns of the list that describe ordinary people's software, each with a narrower one that still means the
/// program that was seen. As they stand they would turn real clicks into bots.
pub(super) const NARROWED: &[(&str, &str)] = &[
    // The stock Android 15 build of OnePlus, OPPO, Xiaomi and others; one scraper pretends to be such a phone.
    (
        "AP3A\\.240617\\.008",
        r"CPH2557 Build/AP3A\.240617\.008; wv\).*Instagram 406\.0\.0\.58\.159",
    ),
    // Meta's in-app browser: it is how people open links inside Facebook.
    (
        "MetaIAB Facebook",
        r"Pixel 10 Pro XL Build/CP1A\.260305\.018; wv\).*Chrome/146\.0\.7680\.174 .*MetaIAB Facebook",
    ),
];

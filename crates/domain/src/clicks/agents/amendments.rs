//! What the engine adds to the published list of crawlers, and where it narrows it.

use super::AgentKind;

/// A pattern beside the list, matched without regard to case.
pub(super) struct Addition {
    pub(super) name: &'static str,
    pub(super) pattern: &'static str,
    pub(super) kind: AgentKind,
    /// Names one program; a convention names none.
    pub(super) is_particular: bool,
}

const fn unfurler(name: &'static str, pattern: &'static str) -> Addition {
    Addition {
        name,
        pattern,
        kind: AgentKind::Unfurler,
        is_particular: true,
    }
}

const fn convention(name: &'static str, pattern: &'static str, kind: AgentKind) -> Addition {
    Addition {
        name,
        pattern,
        kind,
        is_particular: false,
    }
}

/// First the unfurlers and mail scanners that name themselves, which a list about crawlers lacks. Then
/// conventions, by which programs younger than the list are found: no browser puts a web address into its user
/// agent, nor any of these words at the end of a product name. Asking for the end matters, since CUBOT makes
/// phones and "Spider 8" is one.
pub(super) const ADDITIONS: &[Addition] = &[
    unfurler("Google-PageRenderer", "Google-PageRenderer"),
    unfurler("GoogleMessages", "GoogleMessages/"),
    unfurler("Zulip", "ZulipURLPreview"),
    unfurler("Rocket.Chat", r"Rocket\.Chat"),
    unfurler("Nextcloud", "Nextcloud[- ]Server[- ]Crawler"),
    unfurler("link preview", "(link|url)[ -]?preview|unfurl"),
    unfurler(
        "Microsoft Office discovery",
        "Microsoft Office (Existence|Protocol) Discovery",
    ),
    unfurler(
        "Microsoft Office",
        "ms-office|MSOffice|Microsoft-WebDAV-MiniRedir",
    ),
    unfurler("Microsoft SafeLinks", "SafeLinks"),
    unfurler("Barracuda", "Barracuda"),
    unfurler("Proofpoint", "Proofpoint"),
    unfurler("Mimecast", "Mimecast"),
    unfurler("Cisco Secure Email", "IronPort|CiscoSecureEmail"),
    unfurler("Cloudmark", "Cloudmark"),
    unfurler("MessageLabs", "MessageLabs"),
    unfurler("Fortinet", "FortiMail|FortiGuard"),
    unfurler("MailScanner", "MailScanner"),
    convention("address of an operator", "https?://", AgentKind::Crawler),
    convention(
        "crawler",
        "(crawler|spider|scraper|scanner|robot)([/;),:+_-]|$)",
        AgentKind::Crawler,
    ),
    convention("bot", "(^|[^c]u|[^u])bot([/;),:+-]|$)", AgentKind::Crawler),
    convention("headless browser", "headless", AgentKind::Tool),
];

/// Patterns of the list whose tags put them among crawlers although they fetch links for people.
pub(super) const UNFURLERS: &[&str] = &[r"developers\.google\.com\/\+\/web\/snippet"];

/// Patterns of the list that also describe ordinary people's phones and browsers, each with a narrower one that
/// still means the program that was seen. As they stand they would turn real clicks into bots.
pub(super) const NARROWED: &[(&str, &str)] = &[
    // The stock Android 15 build of OnePlus, OPPO, Xiaomi and others; one scraper pretends to be such a phone.
    (
        r"AP3A\.240617\.008",
        r"CPH2557 Build/AP3A\.240617\.008; wv\).*Instagram 406\.0\.0\.58\.159",
    ),
    // Meta's in-app browser: it is how people open links inside Facebook.
    (
        "MetaIAB Facebook",
        r"Pixel 10 Pro XL Build/CP1A\.260305\.018; wv\).*Chrome/146\.0\.7680\.174 .*MetaIAB Facebook",
    ),
    // Sogou makes a phone browser as well as a search engine.
    ("Sogou", "Sogou [A-Za-z]+ [Ss]pider"),
    // Viber's own fetcher sends the bare name; its in-app browser appends it to a browser's user agent.
    ("Viber", "^Viber"),
    // Tablets and boards by ViewSonic, phones by HTC and others.
    ("Sonic", "RankSonic|compatible; Sonic/"),
    ("Butterfly", "Butterfly/"),
    (r"008\/", "^008/"),
    ("Fever", "^Fever/"),
    ("Expanse", "Expanse, a Palo Alto Networks"),
];

//! Where a link may lead. An open redirect on a children's platform is a phishing kit, so a target is refused
//! unless every reader, the `url` crate as well as a browser or a mail filter, agrees on the host it names.
//!
//! Two checks follow each other. The raw text must not contain anything that readers disagree about: control
//! characters, whitespace, backslashes, user names, percent-encoded hosts, missing slashes. The parsed URL must
//! then have an allowed scheme, host and port. What is stored and redirected to is the normalised URL, never
//! the text that was given.

use url::{Host, Url};

pub use super::allowlist::AllowlistError;
use super::allowlist::{HostRule, is_plain_host};

/// Longest target in bytes, as given and as normalised: what browsers, QR codes and mail programs all cope with.
pub const MAX_TARGET_BYTES: usize = 2048;

/// Whether the engine runs in development, where plain http is allowed to listed hosts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    Production,
    Development,
}

/// The rules for targets.
#[derive(Clone, Debug)]
pub struct TargetPolicy {
    rules: Vec<HostRule>,
    mode: Mode,
}

/// A target that a policy has accepted, normalised.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target(Url);

/// Why a target is refused, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TargetError {
    #[error("the target has {bytes} bytes; shorten it to at most 2048")]
    TooLong { bytes: usize },
    #[error(
        "the target contains whitespace, a backslash, or a control or invisible character; percent-encode it"
    )]
    ForbiddenCharacter,
    #[error("the target must be a whole address such as https://learn.example.org/quiz")]
    NotAbsolute,
    #[error("the target must start with https://")]
    Scheme,
    #[error("plain http targets work only in development; use https://")]
    HttpOutsideDevelopment,
    #[error("the target must not contain a user name or password; remove everything up to the @")]
    UserInfo,
    #[error("the target must name a host, not an IP address")]
    IpAddress,
    #[error("the target's host is malformed; write it as in learn.example.org")]
    MalformedHost,
    #[error(
        "links to port {port} of {host} are not allowed; an operator can add `{host}:{port}` to LINK_TARGET_HOSTS"
    )]
    PortNotAllowed { host: String, port: u16 },
    #[error("links to {host} are not allowed; an operator can add it to LINK_TARGET_HOSTS")]
    HostNotAllowed { host: String },
}

impl TargetError {
    /// The stable code for API answers.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::TooLong { .. } => "target_too_long",
            Self::ForbiddenCharacter => "target_forbidden_character",
            Self::NotAbsolute => "target_not_absolute",
            Self::Scheme => "target_scheme",
            Self::HttpOutsideDevelopment => "target_http_outside_development",
            Self::UserInfo => "target_user_info",
            Self::IpAddress => "target_ip_address",
            Self::MalformedHost => "target_malformed_host",
            Self::PortNotAllowed { .. } => "target_port_not_allowed",
            Self::HostNotAllowed { .. } => "target_host_not_allowed",
        }
    }
}

impl TargetPolicy {
    /// Reads an allowlist of hosts separated by commas or whitespace. An empty one refuses every target.
    ///
    /// # Errors
    /// When an entry is not a host, is an IP address, or has a misplaced `*` or a bad port.
    pub fn parse(allowlist: &str, mode: Mode) -> Result<Self, AllowlistError> {
        let rules = allowlist
            .split(|c: char| c == ',' || c.is_whitespace())
            .filter(|entry| !entry.is_empty())
            .map(HostRule::parse)
            .collect::<Result<_, _>>()?;
        Ok(Self { rules, mode })
    }

    /// Whether no host is allowed at all, so that no link can be minted.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rules.is_empty()
    }

    /// Accepts a target and normalises it.
    ///
    /// # Errors
    /// When the target could lead anywhere but to an allowed host.
    pub fn check(&self, target: &str) -> Result<Target, TargetError> {
        check_raw(target)?;
        let url = Url::parse(target).map_err(|_| TargetError::MalformedHost)?;
        self.check_scheme(&url)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::UserInfo);
        }
        self.check_host(&url)?;
        match url.as_str().len() {
            bytes if bytes > MAX_TARGET_BYTES => Err(TargetError::TooLong { bytes }),
            _ => Ok(Target(url)),
        }
    }

    fn check_scheme(&self, url: &Url) -> Result<(), TargetError> {
        match (url.scheme(), self.mode) {
            ("https", _) | ("http", Mode::Development) => Ok(()),
            ("http", Mode::Production) => Err(TargetError::HttpOutsideDevelopment),
            _ => Err(TargetError::Scheme),
        }
    }

    fn check_host(&self, url: &Url) -> Result<(), TargetError> {
        let host = match url.host() {
            Some(Host::Domain(host)) if is_plain_host(host) => host,
            Some(Host::Ipv4(_) | Host::Ipv6(_)) => return Err(TargetError::IpAddress),
            Some(Host::Domain(_)) | None => return Err(TargetError::MalformedHost),
        };
        let mut listed = self
            .rules
            .iter()
            .filter(|rule| rule.allows_host(host))
            .peekable();
        if listed.peek().is_none() {
            return Err(TargetError::HostNotAllowed {
                host: host.to_owned(),
            });
        }
        if listed.any(|rule| rule.allows_port(url)) {
            return Ok(());
        }
        Err(TargetError::PortNotAllowed {
            host: host.to_owned(),
            port: url.port_or_known_default().unwrap_or_default(),
        })
    }
}

impl Target {
    /// The normalised target.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }

    /// The normalised host, without port.
    #[must_use]
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }
}

/// Refuses what different readers of URLs understand differently, before any of them reads it.
fn check_raw(target: &str) -> Result<(), TargetError> {
    if target.len() > MAX_TARGET_BYTES {
        return Err(TargetError::TooLong {
            bytes: target.len(),
        });
    }
    if target.chars().any(is_forbidden) {
        return Err(TargetError::ForbiddenCharacter);
    }
    let (scheme, rest) = target.split_once(':').ok_or(TargetError::NotAbsolute)?;
    if !scheme.eq_ignore_ascii_case("https") && !scheme.eq_ignore_ascii_case("http") {
        return Err(TargetError::Scheme);
    }
    let rest = rest.strip_prefix("//").ok_or(TargetError::NotAbsolute)?;
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    if authority.is_empty() {
        return Err(TargetError::NotAbsolute);
    }
    if authority.contains('@') {
        return Err(TargetError::UserInfo);
    }
    if authority.contains('%') {
        return Err(TargetError::MalformedHost);
    }
    Ok(())
}

/// Characters that parsers strip, fold or turn round: all controls and whitespace, the backslash (a slash to
/// browsers), and the invisible ones that hide or reorder text (soft hyphen, joiners, bidi controls, BOM, tags).
fn is_forbidden(c: char) -> bool {
    c.is_control()
        || c.is_whitespace()
        || c == '\\'
        || matches!(c, '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{180b}'..='\u{180f}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
            | '\u{3164}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{ffa0}' | '\u{fff0}'..='\u{ffff}'
            | '\u{e0000}'..='\u{e0fff}')
}

//! The operator's allowlist of target hosts: `learn.example.org, *.example.org, localhost:3000`.
//!
//! Entries go through the same host parser as targets do, so an international name matches however either side
//! spells it. A rule without a port means the scheme's default port.

use url::{Host, Url};

/// One allowed host.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct HostRule {
    pattern: Pattern,
    port: Option<u16>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Pattern {
    Exact(String),
    /// Any name below this one, at any depth, but not the name itself.
    Below(String),
}

/// What is wrong with the configured allowlist.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AllowlistError {
    #[error("allowed host `{0}`: write the host alone, without scheme, path or user name")]
    NotAHost(String),
    #[error("allowed host `{0}`: IP addresses are not allowed; use a host name")]
    IpAddress(String),
    #[error(
        "allowed host `{0}`: `*` stands only at the start, as in `*.example.org`, above at least two labels"
    )]
    Wildcard(String),
    #[error("allowed host `{0}`: the port must be a number from 1 to 65535")]
    Port(String),
}

impl HostRule {
    pub(super) fn parse(entry: &str) -> Result<Self, AllowlistError> {
        let (name, wildcard) = match entry.strip_prefix("*.") {
            Some(name) => (name, true),
            None => (entry, false),
        };
        let (name, port) = split_port(name, entry)?;
        if name.contains('*') {
            return Err(AllowlistError::Wildcard(entry.to_owned()));
        }
        let host = parse_host(name, entry)?;
        if wildcard && !host.contains('.') {
            return Err(AllowlistError::Wildcard(entry.to_owned()));
        }
        let pattern = if wildcard {
            Pattern::Below(host)
        } else {
            Pattern::Exact(host)
        };
        Ok(Self { pattern, port })
    }

    /// Whether the normalised host is the one meant, whatever the port.
    pub(super) fn allows_host(&self, host: &str) -> bool {
        match &self.pattern {
            Pattern::Exact(name) => name == host,
            Pattern::Below(name) => host
                .strip_suffix(name.as_str())
                .and_then(|rest| rest.strip_suffix('.'))
                .is_some_and(|label| !label.is_empty()),
        }
    }

    /// Whether the port is the listed one or, when none is listed, the default of the scheme.
    pub(super) fn allows_port(&self, url: &Url) -> bool {
        match self.port {
            Some(port) => url.port_or_known_default() == Some(port),
            None => url.port().is_none(),
        }
    }
}

fn split_port<'a>(name: &'a str, entry: &str) -> Result<(&'a str, Option<u16>), AllowlistError> {
    if name.contains('[') || name.matches(':').count() > 1 {
        return Err(match name.contains("://") {
            true => AllowlistError::NotAHost(entry.to_owned()),
            false => AllowlistError::IpAddress(entry.to_owned()),
        });
    }
    let Some((name, port)) = name.split_once(':') else {
        return Ok((name, None));
    };
    if port.starts_with("//") {
        return Err(AllowlistError::NotAHost(entry.to_owned()));
    }
    match port.parse::<u16>() {
        Ok(port) if port > 0 => Ok((name, Some(port))),
        _ => Err(AllowlistError::Port(entry.to_owned())),
    }
}

fn parse_host(name: &str, entry: &str) -> Result<String, AllowlistError> {
    if name.contains(['/', '@', '%', '\\']) {
        return Err(AllowlistError::NotAHost(entry.to_owned()));
    }
    match Host::parse(name) {
        Ok(Host::Domain(host)) if is_plain_host(&host) => Ok(host),
        Ok(Host::Ipv4(_) | Host::Ipv6(_)) => Err(AllowlistError::IpAddress(entry.to_owned())),
        Ok(Host::Domain(_)) | Err(_) => Err(AllowlistError::NotAHost(entry.to_owned())),
    }
}

/// Whether a normalised host has only labels that every reader understands alike: letters, digits, hyphens and
/// underscores. Empty labels (`a..b`, the rooted `example.org.`) name other hosts to a cookie jar, a certificate
/// or a resolver than to a string comparison, and URLs even allow `*`, `,` and `;` in a host.
pub(super) fn is_plain_host(host: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
    host.split('.')
        .all(|label| !label.is_empty() && label.bytes().all(plain))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allows(rule: &str, url: &str) -> bool {
        let rule = HostRule::parse(rule).expect("a rule");
        let url = Url::parse(url).expect("a URL");
        rule.allows_host(url.host_str().expect("a host")) && rule.allows_port(&url)
    }

    #[test]
    fn an_exact_rule_means_that_host_alone() {
        assert!(allows("Example.org", "https://EXAMPLE.org/a"));
        assert!(!allows("example.org", "https://a.example.org/"));
        assert!(!allows("example.org", "https://evil-example.org/"));
    }

    #[test]
    fn a_wildcard_means_every_name_below_and_not_the_name_itself() {
        assert!(allows("*.example.org", "https://a.example.org/"));
        assert!(allows("*.example.org", "https://a.b.example.org/"));
        for other in [
            "https://example.org/",
            "https://evil-example.org/",
            "https://.example.org/",
            "https://example.org.evil.com/",
        ] {
            assert!(!allows("*.example.org", other), "{other}");
        }
    }

    #[test]
    fn a_port_is_allowed_only_where_it_is_listed() {
        assert!(allows("localhost:3000", "http://localhost:3000/"));
        assert!(!allows("localhost:3000", "http://localhost/"));
        assert!(!allows("example.org", "https://example.org:8443/"));
        assert!(allows("example.org", "https://example.org:443/"));
        assert!(allows("example.org:443", "https://example.org/"));
    }

    #[test]
    fn international_names_match_in_either_spelling() {
        assert!(allows("bücher.example", "https://xn--bcher-kva.example/"));
        assert!(allows("xn--bcher-kva.example", "https://BÜCHER.example/"));
    }

    #[test]
    fn mistakes_are_refused_when_the_list_is_read() {
        let refused = |entry: &str| HostRule::parse(entry).expect_err(entry);
        for entry in [
            "https://example.org",
            "https://example.org:80",
            "example.org/path",
            "me@example.org",
            "",
            "*.",
            "a..b",
            "example.org.",
            "a,b.org",
            ".example.org",
        ] {
            assert!(
                matches!(refused(entry), AllowlistError::NotAHost(_)),
                "{entry}"
            );
        }
        for entry in [
            "127.0.0.1",
            "0x7f.1",
            "2130706433",
            "[::1]",
            "::1",
            "127.0.0.1:80",
        ] {
            assert!(
                matches!(refused(entry), AllowlistError::IpAddress(_)),
                "{entry}"
            );
        }
        for entry in ["*", "*.org", "a.*.org", "*example.org", "*.*.org"] {
            assert!(
                matches!(refused(entry), AllowlistError::Wildcard(_)),
                "{entry}"
            );
        }
        for entry in [
            "example.org:",
            "example.org:0",
            "example.org:65536",
            "example.org:http",
        ] {
            assert!(matches!(refused(entry), AllowlistError::Port(_)), "{entry}");
        }
    }
}

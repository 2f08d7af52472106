//! Where a receiver may be: https, a host, and nothing secret in the URL. A name is looked up and its addresses are
//! checked whenever something is sent; here only what can be told from the URL is.

use std::net::IpAddr;

use thiserror::Error;
use url::{Host, Url};

use super::address::is_public;

/// Most characters of a URL.
const MAX_LENGTH: usize = 2_048;

/// The URL of a receiver.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Target {
    url: Url,
}

/// Why nothing may be sent to a URL.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum TargetError {
    /// Not a URL with a host.
    #[error("Give a URL such as https://hooks.example.org/viral-engine.")]
    Malformed,
    /// Longer than the database keeps.
    #[error("Give a URL, of at most 2048 characters.")]
    TooLong,
    /// Another scheme.
    #[error("Messages are only sent over https.")]
    NotHttps,
    /// A user or a password, which logs would show.
    #[error("Leave user and password out: the signature says who sends.")]
    Credentials,
    /// A fragment, which is never sent.
    #[error("Leave the part from # on out: it is never sent.")]
    Fragment,
    /// An address of a private network.
    #[error("This address does not belong to the public internet.")]
    NotPublic,
}

impl Target {
    /// Reads a URL. Where private receivers are allowed, so is http.
    ///
    /// # Errors
    /// Why nothing may be sent there.
    pub fn parse(text: &str, allow_private: bool) -> Result<Self, TargetError> {
        if text.len() > MAX_LENGTH {
            return Err(TargetError::TooLong);
        }
        let url = Url::parse(text).map_err(|_| TargetError::Malformed)?;
        match url.scheme() {
            "https" => {}
            "http" if allow_private => {}
            _ => return Err(TargetError::NotHttps),
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(TargetError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(TargetError::Fragment);
        }
        let target = Self { url };
        // The parser has made 2130706433, 0x7f.1 and 0177.0.0.1 addresses already, as WHATWG's URL standard says.
        match target.address() {
            Some(address) if !allow_private && !is_public(address) => Err(TargetError::NotPublic),
            None if target.host().is_empty() => Err(TargetError::Malformed),
            _ => Ok(target),
        }
    }

    /// The URL.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.url
    }

    /// The host, as certificates name it.
    #[must_use]
    pub fn host(&self) -> &str {
        self.url.host_str().unwrap_or_default()
    }

    /// The host if it is an address.
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        match self.url.host()? {
            Host::Ipv4(address) => Some(address.into()),
            Host::Ipv6(address) => Some(address.into()),
            Host::Domain(_) => None,
        }
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.url.port_or_known_default().unwrap_or(443)
    }

    /// Whether the connection is encrypted.
    #[must_use]
    pub fn is_https(&self) -> bool {
        self.url.scheme() == "https"
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn error(text: &str) -> TargetError {
        Target::parse(text, false).expect_err(text)
    }

    #[test]
    fn a_name_and_a_public_address_are_targets() {
        for text in [
            "https://hooks.example.org/in?tenant=7",
            "https://hooks.example.org:8443",
            "https://8.8.8.8/",
            "https://[2606:4700:4700::1111]/",
        ] {
            let target = Target::parse(text, false).expect(text);
            assert!(target.is_https());
        }
    }

    #[test]
    fn private_addresses_are_refused_however_they_are_written() {
        for text in [
            "https://127.0.0.1/",
            "https://2130706433/",
            "https://0x7f000001/",
            "https://0x7f.1/",
            "https://0177.0.0.1/",
            "https://017700000001/",
            "https://127.1/",
            "https://127.0.0.1./",
            "https://1%32%37.0.0.1/",
            "https://①②⑦.0.0.1/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[::ffff:7f00:1]/",
            "https://[64:ff9b::a00:1]/",
            "https://[2002:a00:1::]/",
            "https://169.254.169.254/latest/meta-data",
            "https://10.0.0.1:8443/",
            "https://0/",
            "https://100.64.0.1/",
        ] {
            assert_eq!(error(text), TargetError::NotPublic, "{text}");
        }
    }

    #[test]
    fn what_is_no_target_says_why() {
        assert_eq!(error("hooks.example.org"), TargetError::Malformed);
        assert_eq!(error("https://"), TargetError::Malformed);
        assert_eq!(error("http://hooks.example.org/"), TargetError::NotHttps);
        assert_eq!(error("ftp://hooks.example.org/"), TargetError::NotHttps);
        assert_eq!(error("file:///etc/passwd"), TargetError::NotHttps);
        assert_eq!(error("https://a:b@example.org/"), TargetError::Credentials);
        assert_eq!(error("https://example.org/#x"), TargetError::Fragment);
        let long = format!("https://example.org/{}", "x".repeat(2_048));
        assert_eq!(error(&long), TargetError::TooLong);
    }

    #[test]
    fn where_private_receivers_are_allowed_so_are_they_without_tls() {
        let target = Target::parse("http://127.0.0.1:9000/in", true).expect("a target");
        assert_eq!(target.port(), 9_000);
        assert!(!target.is_https());
        assert!(Target::parse("ftp://127.0.0.1/", true).is_err());
    }

    proptest! {
        #[test]
        fn no_text_makes_the_parser_panic_or_lets_a_private_address_in(text in "(https?://)?[0-9a-fx.:\\[\\]]{0,30}") {
            if let Ok(target) = Target::parse(&text, false) {
                prop_assert!(target.address().is_none_or(is_public));
            }
        }
    }
}

//! `SMTP_URL`: where mail is handed over, and how the connection is protected.
//!
//! `smtps://` speaks TLS from the first byte. `smtp://` demands STARTTLS, since a password or a child's name must not
//! cross a network in the clear because a server forgot to offer it; `?tls=opportunistic` and `?tls=none` say
//! otherwise on purpose.

use std::fmt;

use percent_encoding::percent_decode_str;
use thiserror::Error;
use url::{Host, Url};
use zeroize::Zeroizing;

/// How a connection is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Protection {
    /// TLS from the first byte.
    Tls,
    /// STARTTLS, or no mail.
    StartTls,
    /// STARTTLS if the server offers it.
    StartTlsIfOffered,
    /// None: for a server on the same machine.
    None,
}

/// Where mail is handed over. Shows neither user nor password.
#[derive(Clone)]
pub struct SmtpUrl {
    pub(super) host: String,
    pub(super) port: u16,
    pub(super) protection: Protection,
    pub(super) credentials: Option<(String, Zeroizing<String>)>,
}

/// Why a text is no `SMTP_URL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum SmtpUrlError {
    /// Not a URL of these schemes with a host.
    #[error("it is not of the form smtp://user:password@host:587 or smtps://host:465")]
    Malformed,
    /// Not a way to protect a connection.
    #[error("tls is none of required, opportunistic and none, or it stands behind smtps://")]
    Protection,
    /// A part that means nothing here.
    #[error("it has a path, a fragment or a parameter other than tls")]
    Unknown,
    /// Only one of user and password.
    #[error("it has a user without a password, or a password without a user")]
    Credentials,
    /// A password that would be sent in the clear.
    #[error("it would send the password unencrypted: leave tls=none or tls=opportunistic out")]
    PasswordInTheClear,
}

impl SmtpUrl {
    /// Reads a URL. User and password are percent-decoded.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub fn parse(text: &str) -> Result<Self, SmtpUrlError> {
        let url = Url::parse(text).map_err(|_| SmtpUrlError::Malformed)?;
        let implicit = match url.scheme() {
            "smtps" => true,
            "smtp" => false,
            _ => return Err(SmtpUrlError::Malformed),
        };
        let host = match url.host() {
            Some(Host::Ipv6(address)) => address.to_string(),
            Some(host) => host.to_string(),
            None => return Err(SmtpUrlError::Malformed),
        };
        if !matches!(url.path(), "" | "/") || url.fragment().is_some() {
            return Err(SmtpUrlError::Unknown);
        }
        let protection = protection(&url, implicit)?;
        let credentials = credentials(&url)?;
        let is_local = matches!(host.as_str(), "localhost" | "127.0.0.1" | "::1");
        let in_the_clear = matches!(protection, Protection::None | Protection::StartTlsIfOffered);
        if credentials.is_some() && in_the_clear && !is_local {
            return Err(SmtpUrlError::PasswordInTheClear);
        }
        Ok(Self {
            host,
            port: url.port().unwrap_or(if implicit { 465 } else { 587 }),
            protection,
            credentials,
        })
    }

    /// Whether the connection may be unprotected.
    pub fn may_be_unprotected(&self) -> bool {
        matches!(
            self.protection,
            Protection::None | Protection::StartTlsIfOffered
        )
    }
}

fn protection(url: &Url, implicit: bool) -> Result<Protection, SmtpUrlError> {
    let mut protection = if implicit {
        Protection::Tls
    } else {
        Protection::StartTls
    };
    for (name, value) in url.query_pairs() {
        protection = match (&*name, &*value) {
            ("tls", "required") if !implicit => Protection::StartTls,
            ("tls", "opportunistic") if !implicit => Protection::StartTlsIfOffered,
            ("tls", "none") if !implicit => Protection::None,
            ("tls", _) => return Err(SmtpUrlError::Protection),
            _ => return Err(SmtpUrlError::Unknown),
        };
    }
    Ok(protection)
}

fn credentials(url: &Url) -> Result<Option<(String, Zeroizing<String>)>, SmtpUrlError> {
    let decoded = |text: &str| {
        let text = percent_decode_str(text).decode_utf8();
        text.map(std::borrow::Cow::into_owned)
            .map_err(|_| SmtpUrlError::Malformed)
    };
    match (url.username(), url.password()) {
        ("", None) => Ok(None),
        (user, Some(password)) if !user.is_empty() => {
            Ok(Some((decoded(user)?, Zeroizing::new(decoded(password)?))))
        }
        _ => Err(SmtpUrlError::Credentials),
    }
}

impl fmt::Debug for SmtpUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "SmtpUrl({}:{}, {:?})",
            self.host, self.port, self.protection
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> (String, u16, Protection) {
        let url = SmtpUrl::parse(text).expect("a URL");
        (url.host, url.port, url.protection)
    }

    #[test]
    fn a_connection_is_protected_unless_the_url_says_otherwise() {
        let host = || "mail.example.org".to_owned();
        for (text, port, protection) in [
            ("smtp://mail.example.org", 587, Protection::StartTls),
            ("smtps://mail.example.org", 465, Protection::Tls),
            (
                "smtp://mail.example.org:2525/?tls=required",
                2525,
                Protection::StartTls,
            ),
            (
                "smtp://mail.example.org:25?tls=opportunistic",
                25,
                Protection::StartTlsIfOffered,
            ),
            (
                "smtp://mail.example.org:1025?tls=none",
                1025,
                Protection::None,
            ),
        ] {
            assert_eq!(read(text), (host(), port, protection), "{text}");
        }
        assert_eq!(read("smtp://[::1]:25?tls=none").0, "::1");
    }

    #[test]
    fn user_and_password_are_decoded_and_never_shown() {
        let url =
            SmtpUrl::parse("smtps://ada%40example.org:p%2Fss%20w@mail.example.org").expect("a URL");
        let (user, password) = url.credentials.clone().expect("credentials");
        assert_eq!(
            (user.as_str(), password.as_str()),
            ("ada@example.org", "p/ss w")
        );
        assert_eq!(format!("{url:?}"), "SmtpUrl(mail.example.org:465, Tls)");
    }

    #[test]
    fn what_would_not_do_what_it_says_is_refused() {
        use SmtpUrlError as E;
        for (text, error) in [
            ("mail.example.org:587", E::Malformed),
            ("http://mail.example.org", E::Malformed),
            ("smtp://", E::Malformed),
            ("smtps://mail.example.org?tls=none", E::Protection),
            ("smtp://mail.example.org?tls=off", E::Protection),
            ("smtp://mail.example.org?pool=3", E::Unknown),
            ("smtp://mail.example.org/inbox", E::Unknown),
            ("smtp://ada@mail.example.org", E::Credentials),
            ("smtp://:secret@mail.example.org", E::Credentials),
            (
                "smtp://ada:secret@mail.example.org?tls=none",
                E::PasswordInTheClear,
            ),
            (
                "smtp://ada:secret@mail.example.org?tls=opportunistic",
                E::PasswordInTheClear,
            ),
        ] {
            assert_eq!(SmtpUrl::parse(text).expect_err(text), error, "{text}");
        }
        assert!(SmtpUrl::parse("smtp://ada:secret@localhost:1025?tls=none").is_ok());
    }
}

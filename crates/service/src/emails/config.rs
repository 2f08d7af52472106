//! What mail needs to know of the configuration.

use lettre::message::Mailbox;
use lettre::transport::smtp::client::Certificate;
use thiserror::Error;
use viral_engine_domain::emails::Address;

use super::smtp_url::SmtpUrl;

/// What mail needs to know of the configuration.
#[derive(Clone, Debug)]
pub struct EmailConfig {
    /// Where mail is handed over; `None` keeps it in the built-in outbox.
    pub smtp: Option<SmtpUrl>,
    /// Certificates of authorities that are trusted beside the system's.
    pub authorities: Vec<Certificate>,
    /// Whom messages are from.
    pub from: Mailbox,
}

/// Why an `EMAIL_FROM` is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it is not of the form Viral Engine <no-reply@example.org>")]
pub struct FromError;

/// Why certificates can not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("it holds no certificate in PEM form")]
pub struct AuthorityError;

impl EmailConfig {
    /// Reads `EMAIL_FROM`: an address, with or without a name before it.
    ///
    /// # Errors
    /// When it is neither.
    pub fn parse_from(text: &str) -> Result<Mailbox, FromError> {
        let (name, address) = match text.trim().strip_suffix('>') {
            Some(named) => named.split_once('<').ok_or(FromError)?,
            None => ("", text),
        };
        let name = name.trim();
        let quoted = name
            .strip_prefix('"')
            .and_then(|name| name.strip_suffix('"'));
        let name = quoted.unwrap_or(name);
        let ends_it = |c: char| c.is_control() || matches!(c, '"' | '\\' | '<' | '>');
        if name.chars().count() > MAX_NAME_CHARS || name.contains(ends_it) {
            return Err(FromError);
        }
        let address = Address::parse(address).map_err(|_| FromError)?;
        let address = address.expose().parse().map_err(|_| FromError)?;
        let name = Some(name.to_owned()).filter(|name| !name.is_empty());
        Ok(Mailbox::new(name, address))
    }

    /// Reads the certificates of a PEM file.
    ///
    /// # Errors
    /// When it holds none.
    pub fn parse_authorities(pem: &[u8]) -> Result<Certificate, AuthorityError> {
        let has_one = pem
            .windows(BEGIN.len())
            .any(|window| window == BEGIN.as_bytes());
        match Certificate::from_pem(pem) {
            Ok(certificate) if has_one => Ok(certificate),
            _ => Err(AuthorityError),
        }
    }
}

/// Longest name of a sender.
const MAX_NAME_CHARS: usize = 100;
/// How a certificate begins in PEM (RFC 7468, 5.1).
const BEGIN: &str = "-----BEGIN CERTIFICATE-----";

/// No mail server; from an address that can not be answered.
impl Default for EmailConfig {
    fn default() -> Self {
        let no_reply = lettre::Address::new_dangerous("no-reply", "viral-engine.invalid");
        Self {
            smtp: None,
            authorities: Vec::new(),
            from: Mailbox::new(Some("Viral Engine".to_owned()), no_reply),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sender_has_an_address_and_may_have_a_name() {
        let named = EmailConfig::parse_from("Größe <no-reply@example.org>").expect("a sender");
        assert_eq!(named.name.as_deref(), Some("Größe"));
        assert_eq!(named.email.domain(), "example.org");
        let bare = EmailConfig::parse_from(" no-reply@example.org ").expect("a sender");
        assert_eq!((bare.name, bare.email.user()), (None, "no-reply"));
        let quoted = EmailConfig::parse_from("\"St. Mary, Berlin\" <school@example.org>");
        assert_eq!(
            quoted.expect("a sender").name.as_deref(),
            Some("St. Mary, Berlin")
        );
        for text in [
            "",
            "nobody",
            "<a@b.example",
            "a@b.example>",
            "a@b.example, c@d.example",
            "A <a@b.example>, C <c@d.example>",
            "a@b.example\r\nBcc: c@d.example",
            "A\r\nBcc: c@d.example <a@b.example>",
        ] {
            assert_eq!(EmailConfig::parse_from(text), Err(FromError), "{text:?}");
        }
    }

    #[test]
    fn a_file_without_certificates_is_refused() {
        assert!(EmailConfig::parse_authorities(b"").is_err());
        assert!(
            EmailConfig::parse_authorities(
                b"-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----"
            )
            .is_err()
        );
    }
}

//! Addresses that mail can be sent to.
//!
//! Narrower than RFC 5321 on purpose: quoted local parts, domain literals and comments are valid and, in a list of
//! recipients, always a mistake or an attack. What passes has no character that could end a header or a command.
//! Only a message that arrives proves an address.

use std::fmt;

use thiserror::Error;

/// Longest address in characters (RFC 5321, 4.5.3.1.3, without the angle brackets).
pub const MAX_LEN: usize = 254;
/// Longest part before the `@` (RFC 5321, 4.5.3.1.1).
const MAX_LOCAL_LEN: usize = 64;
/// Longest label of a domain (RFC 1035, 2.3.4).
const MAX_LABEL_LEN: usize = 63;

/// An address that mail can be sent to. It does not show itself in logs.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Address(String);

/// Why a text is no address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum AddressError {
    /// Longer than [`MAX_LEN`].
    #[error("an address has at most {MAX_LEN} characters")]
    TooLong,
    /// Not of the form `local@domain`.
    #[error("an address has one @ between a name and a domain, such as ada@example.org")]
    NoAt,
    /// The part before the `@`.
    #[error(
        "before the @ an address has 1 to 64 letters (a to z), digits or signs, without spaces, quotes or double dots"
    )]
    Local,
    /// The part after the `@`.
    #[error(
        "after the @ an address has a domain such as example.org; write one with other letters in its xn-- form"
    )]
    Domain,
}

impl Address {
    /// Reads an address; spaces around it are left out.
    ///
    /// # Errors
    /// What is wrong with it, without a word of it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let text = text.trim();
        if text.len() > MAX_LEN {
            return Err(AddressError::TooLong);
        }
        let (local, domain) = text.split_once('@').ok_or(AddressError::NoAt)?;
        if domain.contains('@') || domain.is_empty() {
            return Err(AddressError::NoAt);
        }
        if !is_local(local) {
            return Err(AddressError::Local);
        }
        if !is_domain(domain) {
            return Err(AddressError::Domain);
        }
        // Domains have no case; of local parts only the recipient's server knows.
        Ok(Self(format!("{local}@{}", domain.to_ascii_lowercase())))
    }

    /// The address, for the one header or query that needs it.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }

    /// What two spellings of one mailbox share: no server in use tells local parts apart by case.
    #[must_use]
    pub fn key(&self) -> String {
        self.0.to_ascii_lowercase()
    }

    /// [`Address::key`] without what stands behind a `+`, by which most servers only sort (RFC 5233).
    #[must_use]
    pub fn mailbox_key(&self) -> String {
        let key = self.key();
        match key.split_once('@') {
            Some((local, domain)) => {
                let mailbox = local.split('+').next().unwrap_or(local);
                format!("{mailbox}@{domain}")
            }
            None => key,
        }
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(***)")
    }
}

/// A dot-atom of RFC 5322, 3.2.3.
fn is_local(local: &str) -> bool {
    let is_atom = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-/=?^_`{|}~".contains(&byte);
    (1..=MAX_LOCAL_LEN).contains(&local.len())
        && local
            .split('.')
            .all(|atom| !atom.is_empty() && atom.bytes().all(is_atom))
}

/// At least two labels of letters, digits and hyphens, the last not a number: an IP address is no domain.
fn is_domain(domain: &str) -> bool {
    let is_label = |label: &str| {
        (1..=MAX_LABEL_LEN).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
    };
    let last = domain.rsplit('.').next().unwrap_or_default();
    domain.contains('.')
        && domain.split('.').all(is_label)
        && !last.bytes().all(|byte| byte.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn usual_addresses_are_read_and_their_domain_is_lower_case() {
        for (text, read) in [
            ("ada@example.org", "ada@example.org"),
            (
                " Ada.Lovelace+reports@Mail.Example.ORG ",
                "Ada.Lovelace+reports@mail.example.org",
            ),
            (
                "o'brien@xn--bcher-kva.example",
                "o'brien@xn--bcher-kva.example",
            ),
            ("1@2.museum", "1@2.museum"),
        ] {
            assert_eq!(Address::parse(text).expect("an address").expose(), read);
        }
    }

    #[test]
    fn what_is_no_address_is_told_by_its_part() {
        use AddressError as E;
        let long = format!("{}@example.org", "a".repeat(250));
        for (text, error) in [
            ("", E::NoAt),
            ("ada", E::NoAt),
            ("ada@", E::NoAt),
            ("ada@b@example.org", E::NoAt),
            ("@example.org", E::Local),
            ("ada..l@example.org", E::Local),
            (".ada@example.org", E::Local),
            ("\"ada l\"@example.org", E::Local),
            ("ada lovelace@example.org", E::Local),
            ("Ada <ada@example.org>", E::Local),
            ("ada@example.org\r\nBcc: all@example.org", E::NoAt),
            ("ada\r\nBcc:x@example.org", E::Local),
            ("zoë@example.org", E::Local),
            ("ada@example", E::Domain),
            ("ada@example..org", E::Domain),
            ("ada@-example.org", E::Domain),
            ("ada@192.0.2.1", E::Domain),
            ("ada@[192.0.2.1]", E::Domain),
            ("ada@bücher.example", E::Domain),
            (&long, E::TooLong),
        ] {
            assert_eq!(Address::parse(text), Err(error), "{text:?}");
        }
    }

    #[test]
    fn an_address_does_not_show_itself() {
        let address = Address::parse("ada@example.org").expect("an address");
        assert_eq!(format!("{address:?}"), "Address(***)");
    }

    proptest! {
        #[test]
        fn whatever_is_read_can_stand_in_a_header_and_reads_as_itself(text in "\\PC{0,40}@[a-zA-Z0-9.@\\-\r\n ]{0,40}") {
            if let Ok(address) = Address::parse(&text) {
                let shown = address.expose();
                prop_assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()));
                prop_assert!(!shown.contains(['<', '>', ',', ';', '"', '(', ')', ':', '\\']));
                prop_assert_eq!(Address::parse(shown), Ok(address.clone()));
                prop_assert_eq!(Address::parse(&address.key()).map(|other| other.key()), Ok(address.key()));
            }
        }
    }
}

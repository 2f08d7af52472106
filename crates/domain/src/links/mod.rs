//! Links: how one is named, what makes it genuine, where it may lead, and whether it is served.
//!
//! A link is a promise made by the platform to whoever clicks: it leads to the host the operator allowed and
//! to the page the referrer meant. So a name can not be guessed ([`token`]), every field that decides where
//! a click leads or who is credited for it is signed ([`signature`]), and the target is checked when the
//! link is minted and again before it is served ([`target`]), since the operator may have shortened the list.

pub mod alias;
mod allowlist;
pub mod decision;
pub mod destination;
pub mod key_ring;
pub mod signature;
pub mod target;
pub mod token;

pub use alias::{Alias, AliasError};
pub use decision::{Decision, LinkState, Reason, decide};
pub use destination::{Destination, Utm};
pub use key_ring::{KeyRing, KeyRingError};
pub use signature::{ForgedLink, LinkFields, LinkSignature};
pub use target::{AllowlistError, Mode, Target, TargetError, TargetPolicy};
pub use token::LinkToken;

/// What the last segment of `/l/{name}` can be: a token or an alias. The two never look alike, since a token
/// is always 22 characters long and an alias never is.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum LinkName {
    Token(LinkToken),
    Alias(Alias),
}

impl LinkName {
    /// Reads a path segment; `None` is a name that no link can have, so the answer is 404 without a lookup.
    #[must_use]
    pub fn parse(segment: &str) -> Option<Self> {
        if segment.len() == token::TOKEN_CHARS {
            return segment.parse().ok().map(Self::Token);
        }
        Alias::from_path(segment).map(Self::Alias)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_segment_is_a_token_or_an_alias_or_nothing() {
        let token = LinkToken::from_random([9; 16]);
        assert_eq!(
            LinkName::parse(&token.to_string()),
            Some(LinkName::Token(token))
        );
        assert!(matches!(
            LinkName::parse("summer-quiz"),
            Some(LinkName::Alias(_))
        ));
        for unknown in [
            "",
            "..",
            "a/b",
            "%2e%2e",
            "aaaaaaaaaaaaaaaaaaaaaa\n",
            "0123456789012345678901234",
        ] {
            assert_eq!(LinkName::parse(unknown), None, "{unknown:?}");
        }
    }
}

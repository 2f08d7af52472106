//! What a guardian can allow, each by itself.

use std::fmt;
use std::str::FromStr;

use thiserror::Error;

/// Longest name of a recipient.
const LONGEST_RECIPIENT: usize = 64;

/// Somebody outside who gets personal information: a lower-case name that the operator has chosen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Recipient(String);

impl Recipient {
    /// The name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Recipient {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let is_fine = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || "-_.".contains(c);
        let is_name = (1..=LONGEST_RECIPIENT).contains(&text.len()) && text.chars().all(is_fine);
        match is_name {
            true => Ok(Self(text.to_owned())),
            false => Err(ScopeError::Recipient),
        }
    }
}

/// What a consent is for. Advertising and sale are no scopes: nobody can grant them for a child.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// Using the platform for learning.
    CoreUse,
    /// Progress is shown to the child's own guardian.
    ProgressReelToParent,
    /// The child invites friends.
    InviteFriend,
    /// What the child does is shown to others: profiles, leaderboards, challenges.
    PublicDisplay,
    /// Personal information goes to a recipient.
    Disclose(Recipient),
    /// Personal information is processed by an AI provider.
    AiProcessing(Recipient),
}

/// A text is no scope.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ScopeError {
    /// There is no such scope.
    #[error(
        "there is no such scope: use core_use, progress_reel_to_parent, invite_friend, public_display, \
         disclose:<recipient> or ai_processing:<recipient>"
    )]
    Unknown,
    /// The recipient has no proper name.
    #[error("a recipient is named by 1 to 64 of a-z, 0-9, '-', '_' and '.'")]
    Recipient,
}

impl Scope {
    /// Whether it lets personal information of the child leave the platform and the family.
    #[must_use]
    pub fn is_disclosing(&self) -> bool {
        match self {
            Self::CoreUse | Self::ProgressReelToParent => false,
            Self::InviteFriend
            | Self::PublicDisplay
            | Self::Disclose(_)
            | Self::AiProcessing(_) => true,
        }
    }

    /// Whether a school can allow it in the parents' place: what serves learning and nothing else.
    #[must_use]
    pub fn is_educational(&self) -> bool {
        matches!(self, Self::CoreUse)
    }
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CoreUse => f.write_str("core_use"),
            Self::ProgressReelToParent => f.write_str("progress_reel_to_parent"),
            Self::InviteFriend => f.write_str("invite_friend"),
            Self::PublicDisplay => f.write_str("public_display"),
            Self::Disclose(to) => write!(f, "disclose:{}", to.as_str()),
            Self::AiProcessing(by) => write!(f, "ai_processing:{}", by.as_str()),
        }
    }
}

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        match text.split_once(':') {
            Some(("disclose", to)) => Ok(Self::Disclose(to.parse()?)),
            Some(("ai_processing", by)) => Ok(Self::AiProcessing(by.parse()?)),
            Some(_) => Err(ScopeError::Unknown),
            None => match text {
                "core_use" => Ok(Self::CoreUse),
                "progress_reel_to_parent" => Ok(Self::ProgressReelToParent),
                "invite_friend" => Ok(Self::InviteFriend),
                "public_display" => Ok(Self::PublicDisplay),
                _ => Err(ScopeError::Unknown),
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_is_read_as_it_is_written() {
        for text in [
            "core_use",
            "progress_reel_to_parent",
            "invite_friend",
            "public_display",
            "disclose:crm",
            "ai_processing:summaries-eu.1",
        ] {
            let scope: Scope = text.parse().expect(text);
            assert_eq!(scope.to_string(), text);
        }
    }

    #[test]
    fn there_is_no_scope_for_advertising_or_sale_and_none_for_everybody() {
        for text in [
            "advertising",
            "sale",
            "sale:crm",
            "",
            "*",
            "CORE_USE",
            "disclose",
        ] {
            assert_eq!(text.parse::<Scope>(), Err(ScopeError::Unknown), "{text}");
        }
        for text in [
            "disclose:",
            "disclose:*",
            "disclose:A",
            "ai_processing:a b",
            "disclose:a:b",
        ] {
            assert_eq!(text.parse::<Scope>(), Err(ScopeError::Recipient), "{text}");
        }
        let long = format!("disclose:{}", "a".repeat(65));
        assert_eq!(long.parse::<Scope>(), Err(ScopeError::Recipient));
    }
}

//! The kinds of personal information and what stands in for each.

/// What a finding is. A new kind needs a line here and a detector (or a row in the table of keys).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    Email,
    Card,
    Ssn,
    Phone,
    Name,
    Address,
    Dob,
    Handle,
    School,
    Geolocation,
    Password,
}

impl EntityKind {
    pub const ALL: [Self; 11] = [
        Self::Email,
        Self::Card,
        Self::Ssn,
        Self::Phone,
        Self::Name,
        Self::Address,
        Self::Dob,
        Self::Handle,
        Self::School,
        Self::Geolocation,
        Self::Password,
    ];

    /// The name in answers.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Email => "email",
            Self::Card => "card",
            Self::Ssn => "ssn",
            Self::Phone => "phone",
            Self::Name => "name",
            Self::Address => "address",
            Self::Dob => "dob",
            Self::Handle => "handle",
            Self::School => "school",
            Self::Geolocation => "geolocation",
            Self::Password => "password",
        }
    }

    /// What a redacted text has in the value's place.
    #[must_use]
    pub fn placeholder(self) -> &'static str {
        match self {
            Self::Email => "[EMAIL]",
            Self::Card => "[CARD]",
            Self::Ssn => "[SSN]",
            Self::Phone => "[PHONE]",
            Self::Name => "[NAME]",
            Self::Address => "[ADDRESS]",
            Self::Dob => "[DOB]",
            Self::Handle => "[HANDLE]",
            Self::School => "[SCHOOL]",
            Self::Geolocation => "[GEOLOCATION]",
            Self::Password => "[PASSWORD]",
        }
    }

    /// Whether the text is a placeholder and nothing else.
    #[must_use]
    pub fn is_placeholder(text: &str) -> bool {
        Self::ALL.iter().any(|kind| kind.placeholder() == text)
    }
}

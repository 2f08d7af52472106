//! The kinds of personal information and what stands in for each.

/// What a finding is. A new kind needs a line here and a detector (or a row in the table of keys).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EntityKind {
    /// Email address.
    Email,
    /// Payment card number.
    Card,
    /// US social security number.
    Ssn,
    /// Phone number.
    Phone,
    /// A person's name.
    Name,
    /// Where somebody lives: street and number, with what follows of the place.
    Address,
    /// Date of birth.
    Dob,
    /// A name on a network.
    Handle,
    /// A school by name, with the grade where it stands beside it.
    School,
    /// Only under keys that name it.
    Geolocation,
    /// Only under keys that name it.
    Password,
    /// IP address, version 4 or 6.
    Ip,
    /// Web address or domain.
    Url,
}

impl EntityKind {
    /// All kinds, the most specific first.
    pub const ALL: [Self; 13] = [
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
        Self::Ip,
        Self::Url,
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
            Self::Ip => "ip",
            Self::Url => "url",
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
            Self::Ip => "[IP]",
            Self::Url => "[URL]",
        }
    }

    /// Whether the text is a placeholder and nothing else.
    #[must_use]
    pub fn is_placeholder(text: &str) -> bool {
        Self::ALL.iter().any(|kind| kind.placeholder() == text)
    }
}

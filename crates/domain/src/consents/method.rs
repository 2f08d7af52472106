//! How a guardian shows to be the guardian.

use super::scope::Scope;

/// A way to give verifiable parental consent (16 CFR 312.5(b)).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Method {
    /// An answer to an email, and another step at least a day later.
    EmailPlus,
    /// The same by text message.
    TextPlus,
    /// A payment card is charged.
    CardTransaction,
    /// A form is signed and sent back.
    SignedForm,
    /// Questions that a child could hardly answer.
    KnowledgeQuestions,
    /// An identity document is checked, then deleted.
    IdCheck,
    /// A face is compared with an identity document's.
    FaceMatch,
    /// A conversation by video.
    Video,
    /// A call to trained staff.
    Phone,
}

impl Method {
    /// All methods.
    pub const ALL: [Self; 9] = [
        Self::EmailPlus,
        Self::TextPlus,
        Self::CardTransaction,
        Self::SignedForm,
        Self::KnowledgeQuestions,
        Self::IdCheck,
        Self::FaceMatch,
        Self::Video,
        Self::Phone,
    ];

    /// The name in answers and the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::EmailPlus => "email_plus",
            Self::TextPlus => "text_plus",
            Self::CardTransaction => "card_transaction",
            Self::SignedForm => "signed_form",
            Self::KnowledgeQuestions => "knowledge_questions",
            Self::IdCheck => "id_check",
            Self::FaceMatch => "face_match",
            Self::Video => "video",
            Self::Phone => "phone",
        }
    }

    /// The method of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|method| method.as_str() == name)
    }

    /// Whether it takes a second step, at least a day after the first.
    #[must_use]
    pub fn has_second_step(self) -> bool {
        matches!(self, Self::EmailPlus | Self::TextPlus)
    }

    /// Whether a consent for this scope may be given so: whoever only answers messages can not let personal information
    /// leave the platform (16 CFR 312.5(b)(2)(vi)).
    #[must_use]
    pub fn reaches(self, scope: &Scope) -> bool {
        !(self.has_second_step() && scope.is_disclosing())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_method_is_read_as_it_is_written() {
        for method in Method::ALL {
            assert_eq!(Method::parse(method.as_str()), Some(method));
        }
        assert_eq!(Method::parse("checkbox"), None);
    }
}

//! Which texts of a kept message may tell of people. When somebody is erased, they are looked for there and nowhere else: in
//! the names of scopes, recipients and links, which are not about people, a name is only a word.

/// What people are called, and what was written by or about them: JSON pointers into what a message is made from, in which
/// `*` is each entry of a list. A text of a message that is not here comes from templates, the configuration or figures.
pub(crate) const TEXTS_OF_PEOPLE: &[&str] = &[
    "/name",
    "/mail/child",
    "/mail/children/*/name",
    "/mail/children/*/subjects",
    "/mail/children/*/skills",
    "/mail/children/*/achievements",
    "/mail/children/*/highlights",
    "/mail/children/*/next_steps",
    // What operators call a receiver of webhooks.
    "/mail/description",
];

/// Sentences of ours that may name a user by the platform's id.
pub(crate) const TEXTS_WITH_IDS: &[&str] = &["/mail/insights"];

//! Consents of guardians: asked for, given on pages of ours, taken back, and asked after by the gate.
//!
//! What a consent becomes is decided by the rules in `domain::consents`; here they are applied in one transaction with
//! their steps, the audit trail, what receivers are told, and what has to end with a consent.

mod age;
mod answer;
mod ask;
mod change;
mod contact;
mod decisions;
mod disown;
mod due;
mod end;
mod family_page;
mod follow;
mod gate;
mod guardian;
mod list;
mod mail;
mod memory;
mod minor;
mod over;
mod page;
mod page_words;
mod refusal;
mod reply;
mod reseal;
mod revoke;
mod row;
mod school;
mod school_change;
mod text;
mod verification;
mod way;

pub(crate) use age::Aged;
pub use ask::create_consent_request;
pub use decisions::list_decisions;
pub use due::{AdvanceConsents, advance_consents, require_reconsent};
pub(crate) use end::end_consents;
pub(crate) use follow::UserChanges;
pub use gate::{decide_action, require};
pub(crate) use gate::{decide_each, denied, denied_among, hold};
pub(crate) use guardian::Replaced;
pub use list::{
    ConsentQuery, get_consent, get_consent_overview, get_consent_request, list_consents,
    list_user_consents,
};
pub(crate) use mail::{consents_urls, first_name, is_request_given, is_request_open, language};
pub use memory::{Memory, follow_consents};
pub use page::{GuardianPage, find_consent_form, find_guardian_page, opens_a_page};
pub(crate) use page_words::scope_label;
pub use reply::{Reply, reply_to_request};
pub(crate) use reseal::reseal_contacts;
pub use revoke::{resume_consent, revoke_as_guardian, revoke_consent, suspend_consent};
pub use school::authorise_school;
pub(crate) use school_change::Moved;
pub(crate) use text::end_unfinished;
pub use text::{SendConsentText, TextGateway, TextOutcome, send_consent_text};
pub use verification::{
    HostedConfig, PROVIDER_METHODS, ProviderHeaders, VerificationConfig, VerificationForm,
    get_verification, get_verification_form, list_verifications, receive_provider_message,
    review_verification,
};

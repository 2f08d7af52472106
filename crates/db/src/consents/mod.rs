//! Consents of guardians: what they were asked, what they answered, and which answers changed.

mod changes;
mod guards;
mod held;
mod requests;
mod rows;
mod steps;
mod texts;
mod verifications;

pub use changes::{Changes, bump_epoch, changes_since, current_epoch, prune_changes};
pub use guards::{lock_contact, share_guards, take_guards};
pub use held::{HeldRow, HeldRows, held_of};
pub use requests::{
    Due, DueRequest, RequestRow, count_requests_to, disowned_among, due_requests, find_request,
    insert_request, is_suppressed, lock_due_request, lock_request, lock_requests_to_seal,
    open_requests_to, purgeable_requests, requests_given_on_record, save_request, suppress_contact,
    uses_other_keys,
};
pub use rows::{
    ConsentFilter, ConsentRow, PendingRow, children_of_guardians, consents_of_child,
    consents_of_guardian, consents_of_request, count_by_state, count_pending, find_consent,
    insert_consents, list_consents, lock_child, lock_children, lock_consent,
    lock_consents_of_children, lock_consents_of_request, save_consent,
    standing_under_earlier_notices,
};
pub use steps::{StepRow, insert_steps, steps_of};
pub use texts::{TextRow, find_text, first_text_of, insert_text, note_text_failed, note_text_sent};
pub use verifications::{
    FormFacts, FormRow, ReviewRow, VerificationRow, erase_forms, find_form, find_verification,
    find_verification_by_reference, forms_of, insert_form, insert_review, insert_verification,
    list_verifications, open_verification, reviews_of, save_verification,
};

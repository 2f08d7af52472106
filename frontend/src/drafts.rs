//! Drafts: what was typed into a form survives errors, closed dialogs, reloads and the end of the session, for as
//! long as the tab lives. They end when the form is sent or cancelled, and when the operator signs out.
//!
//! Nothing secret is ever a draft: no password, no key, no token.

use leptos::prelude::*;

use crate::browser::storage;

/// What the names of all drafts in the browser's storage begin with.
const PREFIX: &str = "ve.draft.";
/// Whose drafts they are.
const OWNER: &str = "ve.drafts-of";

/// A field of a form, `form.field`, whose text is kept.
pub fn draft(name: &'static str) -> RwSignal<String> {
    draft_or(name, "")
}

/// The same for a field that begins with `fresh`.
pub fn draft_or(name: &'static str, fresh: &str) -> RwSignal<String> {
    draft_as(
        name,
        fresh.to_owned(),
        |text| Some(text.to_owned()),
        Clone::clone,
    )
}

/// The same for anything that can be read from text; text that can not be read is as good as none.
pub fn draft_as<T>(
    name: &'static str,
    fresh: T,
    read: fn(&str) -> Option<T>,
    write: fn(&T) -> String,
) -> RwSignal<T>
where
    T: Clone + PartialEq + Send + Sync + 'static,
{
    let name = format!("{PREFIX}{name}");
    let kept = storage::draft(&name).and_then(|text| read(&text));
    let value = RwSignal::new(kept.unwrap_or_else(|| fresh.clone()));
    Effect::new(move |_| {
        let text = value.with(|now| (*now != fresh).then(|| write(now)));
        storage::set_draft(&name, text.as_deref());
    });
    value
}

/// Forgets all fields of a form, once it has been sent or cancelled.
pub fn forget(form: &str) {
    forget_where(|name| is_of(name, form));
}

/// Forgets everything, when the operator signs out.
pub fn forget_all() {
    forget_where(|_| true);
    storage::set_draft(OWNER, None);
}

/// Whether somebody was signed in in this tab and did not sign out.
pub fn have_owner() -> bool {
    storage::draft(OWNER).is_some()
}

/// Drafts stay with the one who typed them: when somebody else signs in in this tab, they are gone.
pub fn belong_to(owner: &str) {
    if storage::draft(OWNER).is_some_and(|before| before != owner) {
        forget_all();
    }
    storage::set_draft(OWNER, Some(owner));
}

fn forget_where(gone: impl Fn(&str) -> bool) {
    for key in storage::draft_names() {
        if key.strip_prefix(PREFIX).is_some_and(&gone) {
            storage::set_draft(&key, None);
        }
    }
}

/// Whether the draft is a field of the form.
fn is_of(name: &str, form: &str) -> bool {
    name.strip_prefix(form)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
}

#[cfg(test)]
mod tests {
    use super::is_of;

    #[test]
    fn a_form_owns_its_fields_alone() {
        assert!(is_of("link.source", "link"));
        assert!(is_of("settings", "settings"));
        assert!(!is_of("link-report.source", "link"));
        assert!(!is_of("block.reason", "link"));
    }
}

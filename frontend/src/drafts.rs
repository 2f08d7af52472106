//! Drafts: what was typed into a form survives errors, closed dialogs and reloads, for as long as the tab lives.

use leptos::prelude::*;

use crate::browser::storage;

/// A field whose text is kept under `key` until [`forget`].
pub fn draft(key: &'static str) -> RwSignal<String> {
    let value = RwSignal::new(storage::draft(key).unwrap_or_default());
    Effect::new(move |_| {
        let typed = value.get();
        storage::set_draft(
            key,
            Some(&typed)
                .filter(|typed| !typed.is_empty())
                .map(String::as_str),
        );
    });
    value
}

/// Empties fields that have been sent.
pub fn forget(fields: &[RwSignal<String>]) {
    for field in fields {
        // The form may be closed by now; its draft is forgotten with the signal's last change.
        let _ = field.try_set(String::new());
    }
}

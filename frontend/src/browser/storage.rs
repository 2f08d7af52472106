//! The browser's storage: preferences stay, drafts last as long as the tab. A browser that refuses storage
//! only forgets.

use leptos::prelude::window;

/// A preference.
pub fn preference(key: &str) -> Option<String> {
    window()
        .local_storage()
        .ok()
        .flatten()?
        .get_item(key)
        .ok()
        .flatten()
}

/// Keeps a preference, or forgets it.
pub fn set_preference(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().local_storage() {
        put(&storage, key, value);
    }
}

/// A draft of this tab.
pub fn draft(key: &str) -> Option<String> {
    window()
        .session_storage()
        .ok()
        .flatten()?
        .get_item(key)
        .ok()
        .flatten()
}

/// Keeps a draft of this tab, or forgets it.
pub fn set_draft(key: &str, value: Option<&str>) {
    if let Ok(Some(storage)) = window().session_storage() {
        put(&storage, key, value);
    }
}

/// Names of all that is kept for this tab.
pub fn draft_names() -> Vec<String> {
    let Ok(Some(storage)) = window().session_storage() else {
        return Vec::new();
    };
    let count = storage.length().unwrap_or(0);
    (0..count)
        .filter_map(|place| storage.key(place).ok().flatten())
        .collect()
}

fn put(storage: &web_sys::Storage, key: &str, value: Option<&str>) {
    // A full or refused storage loses a preference, nothing else.
    let _ = match value {
        Some(value) => storage.set_item(key, value),
        None => storage.remove_item(key),
    };
}

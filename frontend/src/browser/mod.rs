//! What the app asks of the browser, each with a quiet answer when the browser refuses.

pub mod clipboard;
pub mod download;
pub mod focus;
pub mod intl;
pub mod random;
pub mod storage;

use leptos::prelude::*;
use wasm_bindgen::JsCast;

/// The element with this id.
pub fn element(id: &str) -> Option<web_sys::HtmlElement> {
    document()
        .get_element_by_id(id)
        .and_then(|element| element.dyn_into().ok())
}

/// Moves the focus to the element with this id, once the page has been drawn.
pub fn focus_soon(id: impl Into<String>) {
    let id = id.into();
    request_animation_frame(move || {
        if let Some(element) = element(&id) {
            // An element that can not be focused keeps the focus where it is.
            let _ = element.focus();
        }
    });
}

/// Whether the tab is in front.
pub fn is_visible() -> bool {
    document().visibility_state() == web_sys::VisibilityState::Visible
}

/// Whether the keyboard event goes to a control that takes text.
pub fn is_typing(event: &web_sys::KeyboardEvent) -> bool {
    let element = event
        .target()
        .and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    element.is_some_and(|element| {
        matches!(element.tag_name().as_str(), "INPUT" | "TEXTAREA" | "SELECT")
    })
}

/// Milliseconds since the epoch by the browser's clock.
pub fn now_ms() -> f64 {
    js_sys::Date::now()
}

/// The browser's clock.
pub fn now() -> chrono::DateTime<chrono::Utc> {
    chrono::DateTime::from_timestamp_millis(now_ms() as i64).unwrap_or_default()
}

//! When the app itself fails it can not go on: it says so, instead of standing there without answering.

use leptos::prelude::document;
use wasm_bindgen::JsValue;

use crate::i18n::text;

/// Shows a panic to the operator, and in the browser's console for whoever looks into it.
pub fn install() {
    std::panic::set_hook(Box::new(|panic| {
        web_sys::console::error_1(&JsValue::from_str(&panic.to_string()));
        show();
    }));
}

fn show() {
    let Some(body) = document().body() else {
        return;
    };
    let Ok(notice) = document().create_element("p") else {
        return;
    };
    notice.set_class_name("crash");
    notice.set_text_content(Some(text().states.crashed));
    // Nothing more can be done when even this fails.
    let _ = notice
        .set_attribute("role", "alert")
        .and_then(|()| body.append_child(&notice).map(drop));
}

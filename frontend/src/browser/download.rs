//! Saving what the app made as a file.

use js_sys::Array;
use leptos::prelude::{document, set_timeout};
use std::time::Duration;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, BlobPropertyBag, HtmlAnchorElement, Url};

/// The browser needs the address a little longer than the click.
const KEEP: Duration = Duration::from_secs(30);

/// Saves text as a file.
pub fn save_text(name: &str, media_type: &str, text: &str) {
    if let Some(blob) = blob_of(text, media_type) {
        save_blob(name, &blob);
    }
}

fn blob_of(text: &str, media_type: &str) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(media_type);
    Blob::new_with_str_sequence_and_options(&Array::of1(&JsValue::from_str(text)), &options).ok()
}

/// Saves a blob as a file.
pub fn save_blob(name: &str, blob: &Blob) {
    let Ok(address) = Url::create_object_url_with_blob(blob) else {
        return;
    };
    let anchor = document()
        .create_element("a")
        .ok()
        .and_then(|element| element.dyn_into::<HtmlAnchorElement>().ok());
    if let Some(anchor) = anchor {
        anchor.set_href(&address);
        anchor.set_download(name);
        anchor.click();
    }
    set_timeout(
        move || {
            // An address that is gone already needs no second farewell.
            let _ = Url::revoke_object_url(&address);
        },
        KEEP,
    );
}

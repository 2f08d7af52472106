//! The title of the tab.

use leptos::prelude::document;

use crate::i18n::text;

/// Names the tab after the page.
pub fn set_document_title(page: Option<&str>) {
    let frame = &text().frame;
    document().set_title(&format!(
        "{} · {}",
        page.unwrap_or(frame.not_found_title),
        frame.product
    ));
}

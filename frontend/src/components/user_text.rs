//! An id or a name that others chose: of its own reading direction, whole on hover, and never wider than a column
//! should be.

use leptos::prelude::*;

use crate::format::name::visible;
use crate::format::number::NONE;

/// A name or words in a sentence or a list of facts, which may take as many lines as they need.
pub fn user_words(words: &str) -> AnyView {
    view! { <bdi class="break-words">{visible(words)}</bdi> }.into_any()
}

/// A name in a cell that may be empty.
pub fn user_text_or_none(name: Option<&String>) -> AnyView {
    name.map_or_else(|| NONE.into_any(), |name| user_text(name))
}

/// A name in a cell.
pub fn user_text(name: &str) -> AnyView {
    let shown = visible(name);
    let whole = shown.clone();
    view! { <bdi class="user-text" title=whole>{shown}</bdi> }.into_any()
}

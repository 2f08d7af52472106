//! An id or a name that others chose: of its own reading direction, whole on hover, and never wider than a column
//! should be.

use leptos::prelude::*;

use crate::format::name::visible;

/// A name in a cell.
pub fn user_text(name: &str) -> AnyView {
    let shown = visible(name);
    let whole = shown.clone();
    view! { <bdi class="user-text" title=whole>{shown}</bdi> }.into_any()
}

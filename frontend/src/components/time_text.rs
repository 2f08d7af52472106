//! A time in words, the exact one on hover and for machines.

use chrono::{DateTime, Utc};
use leptos::prelude::*;

use crate::browser::intl::Shape;
use crate::format::time::relative;
use crate::view::use_view;

/// `3 minutes ago`, exact on hover.
#[component]
pub fn TimeText(
    /// When.
    at: DateTime<Utc>,
) -> impl IntoView {
    let view = use_view();
    view! {
        <time class="whitespace-nowrap" datetime=at.to_rfc3339() title=move || view.time(at, Shape::Exact)>
            {move || relative(at, view.now.get())}
        </time>
    }
}

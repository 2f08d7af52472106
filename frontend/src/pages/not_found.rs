//! No such page, or none for this role.

use leptos::prelude::*;

use crate::i18n::text;
use crate::router::use_router;

/// The address names no page.
pub fn view() -> AnyView {
    // The top bar has said so in its title.
    message(None, text().frame.not_found_detail)
}

/// The page is not for the operator's role.
pub fn not_allowed() -> AnyView {
    message(
        Some(text().frame.not_allowed_title),
        text().frame.not_allowed_detail,
    )
}

fn message(title: Option<&'static str>, detail: &'static str) -> AnyView {
    let router = use_router();
    view! {
        <div class="notice" data-tone="info">
            {title.map(|title| view! { <h2 class="font-semibold">{title}</h2> })}
            <p>{detail}</p>
            <a class="btn btn-sm" href=move || router.href("/")>{text().frame.to_start}</a>
        </div>
    }
    .into_any()
}

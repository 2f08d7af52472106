//! A place where nothing is yet: what will be shown here and the one thing to do now.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use crate::i18n::text;

/// What stands where there is nothing.
#[component]
pub fn Empty(
    /// What there is none of.
    #[prop(into)]
    title: String,
    /// What will be shown here, and what to do.
    #[prop(into)]
    detail: String,
    /// A call that brings the first data, as a path and a JSON body.
    #[prop(optional, into)]
    curl: Option<String>,
    /// A link or button.
    #[prop(optional)]
    children: Option<Children>,
) -> impl IntoView {
    view! {
        <div class="flex flex-col items-start gap-3 p-4">
            <p class="font-semibold">{title}</p>
            <p class="text-muted max-w-prose">{detail}</p>
            {children.map(|children| children())}
            {curl.map(|line| view! {
                <div class="w-full max-w-3xl">
                    <p class="text-muted text-xs mb-1">{text().states.try_with_curl}</p>
                    <div class="code-line">
                        <code>{line.clone()}</code>
                        <CopyButton value=Signal::stored(line) label="curl"/>
                    </div>
                </div>
            })}
        </div>
    }
}

/// A curl line that posts `body` to `path` of this very engine.
pub fn curl_line(path: &str, body: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!(
        "curl -X POST {origin}{path} -H 'Authorization: Bearer YOUR_API_KEY' -H 'Content-Type: application/json' -d '{body}'"
    )
}

//! A place where nothing is yet: what will be shown here and the one thing to do now.

use leptos::prelude::*;

use super::copy_button::CopyButton;
use crate::i18n::text;
use crate::router::use_router;

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

/// The two calls that bring the first link: the user who shares, then the link. The engine refuses links of users
/// it does not know the age of.
pub fn first_link_calls() -> String {
    const USER: &str = r#"{"persona":"parent","age_band":"adult"}"#;
    const LINK: &str = r#"{"referrer":"parent-17","source":"buddy_challenge","target_url":"https://learn.example.org/join","channel":"copy"}"#;
    let user = curl_line("PUT", "/v1/users/parent-17", USER);
    format!("{user}\n{}", curl_line("POST", "/v1/links", LINK))
}

/// A curl line that sends `body` to `path` of this very engine.
pub fn curl_line(method: &str, path: &str, body: &str) -> String {
    let origin = window().location().origin().unwrap_or_default();
    format!(
        "curl -X {method} {origin}{path} -H 'Authorization: Bearer YOUR_API_KEY' -H 'Content-Type: application/json' -d '{body}'"
    )
}

/// What stands where a list has nothing: that there is none, or that none matches what the address asks for.
#[component]
pub fn EmptyList(
    /// Parameters of the address that choose among the items.
    filters: &'static [&'static str],
    /// Title and detail where there is none.
    none: (&'static str, &'static str),
    /// Title and detail where none matches.
    none_match: (&'static str, &'static str),
) -> impl IntoView {
    let query = use_router().query;
    let chooses = query.with_untracked(|query| !query.only(filters).is_empty());
    let (title, detail) = if chooses { none_match } else { none };
    view! { <Empty title detail/> }
}

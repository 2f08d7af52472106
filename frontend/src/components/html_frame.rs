//! HTML that is not the app's, such as mail and what guardians read, in a sandboxed frame where no script runs and
//! nothing is loaded.
//!
//! The frame's page has a content security policy of its own (`crates/http/src/spa/frame.rs`): a frame made from a
//! string would have that of the app, which forbids the styles that mail needs. The sandbox lets no script run, so that
//! being of our origin gives the HTML nothing: it lets us write into the frame.

use leptos::html;
use leptos::prelude::*;

const PAGE: &str = "/mail-frame.html";

/// The frame.
#[component]
pub fn HtmlFrame(
    /// What it holds, for screen readers.
    title: &'static str,
    /// The HTML.
    #[prop(into)]
    html: Signal<String>,
) -> impl IntoView {
    let node = NodeRef::<html::Iframe>::new();
    let loaded = RwSignal::new(false);
    Effect::new(move |_| {
        let page = node.get().filter(|_| loaded.get());
        let root = page
            .and_then(|frame| frame.content_document())
            .and_then(|document| document.document_element());
        if let Some(root) = root {
            html.with(|html| root.set_inner_html(html));
        }
    });
    view! {
        <iframe
            node_ref=node
            class="mail-frame"
            src=PAGE
            sandbox="allow-same-origin"
            referrerpolicy="no-referrer"
            title=title
            on:load=move |_| loaded.set(true)
        ></iframe>
    }
}

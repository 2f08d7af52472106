//! Markdown as guardians see it, the same every time: what proves a consent holds a hash of it.

use pulldown_cmark::{Event, Parser, Tag, TagEnd, html};
use sha2::{Digest, Sha256};

/// A notice as it is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shown {
    /// HTML without script, style or pictures; headings begin at the second level.
    pub html: String,
    /// SHA-256 of it.
    pub hash: [u8; 32],
}

/// Puts Markdown into HTML. HTML in it is shown as text, pictures as their descriptions, and links lead to the web alone.
pub(crate) fn shown(markdown: &str) -> Shown {
    let events = Parser::new(markdown).filter_map(harmless);
    let mut page = String::new();
    html::push_html(&mut page, events);
    let hash = Sha256::digest(&page).into();
    Shown { html: page, hash }
}

fn harmless(event: Event<'_>) -> Option<Event<'_>> {
    match event {
        Event::Html(text) | Event::InlineHtml(text) => Some(Event::Text(text)),
        Event::Start(Tag::Image { .. }) | Event::End(TagEnd::Image) => None,
        Event::Start(Tag::Link {
            link_type,
            dest_url,
            title,
            id,
        }) => {
            let is_web = ["https://", "http://", "mailto:", "tel:"]
                .iter()
                .any(|scheme| dest_url.starts_with(scheme));
            let dest_url = if is_web { dest_url } else { "#".into() };
            Some(Event::Start(Tag::Link {
                link_type,
                dest_url,
                title,
                id,
            }))
        }
        // The page has a title of its own.
        Event::Start(Tag::Heading {
            level: pulldown_cmark::HeadingLevel::H1,
            id,
            classes,
            attrs,
        }) => Some(Event::Start(Tag::Heading {
            level: pulldown_cmark::HeadingLevel::H2,
            id,
            classes,
            attrs,
        })),
        Event::End(TagEnd::Heading(pulldown_cmark::HeadingLevel::H1)) => Some(Event::End(
            TagEnd::Heading(pulldown_cmark::HeadingLevel::H2),
        )),
        other => Some(other),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markdown_becomes_html_with_headings_below_the_page_s() {
        let page = shown("# Why\n\nWe *ask* you.\n\n- a\n- b\n").html;
        assert_eq!(
            page,
            "<h2>Why</h2>\n<p>We <em>ask</em> you.</p>\n<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n"
        );
    }

    #[test]
    fn nothing_in_it_runs_or_is_fetched() {
        let page = shown(
            "<script>alert(1)</script>\n\n<img src=x onerror=alert(1)> ![tracks](https://x.example/p.gif) \
             [go](javascript:alert(1)) [ok](https://example.org)",
        )
        .html;
        for bad in ["<script", "<img", "javascript:"] {
            assert!(!page.contains(bad), "{page}");
        }
        assert!(page.contains("tracks") && page.contains("href=\"https://example.org\""));
        assert!(page.contains("&lt;script&gt;"));
    }

    #[test]
    fn the_hash_is_that_of_the_page_and_changes_with_a_letter() {
        let one = shown("We ask you.");
        assert_eq!(one.hash, <[u8; 32]>::from(Sha256::digest(&one.html)));
        assert_eq!(one, shown("We ask you."));
        assert_ne!(one.hash, shown("We asks you.").hash);
    }
}

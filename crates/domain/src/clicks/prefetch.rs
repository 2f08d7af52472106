//! Requests that a browser makes ahead of a click, told by the headers in which browsers say so.
//!
//! `Sec-Purpose` is the standard (Fetch, "sec-purpose"); `Purpose` is what Chromium and Safari sent before,
//! `X-Moz` what Firefox sent, `X-Purpose` what Safari sends for the thumbnails of its start page.

/// The values of the four headers, absent when not sent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PurposeHeaders<'a> {
    pub purpose: Option<&'a str>,
    pub sec_purpose: Option<&'a str>,
    pub x_moz: Option<&'a str>,
    pub x_purpose: Option<&'a str>,
}

/// Whether the browser says that nobody has clicked yet.
#[must_use]
pub fn is_prefetch(headers: &PurposeHeaders<'_>) -> bool {
    [
        headers.purpose,
        headers.sec_purpose,
        headers.x_moz,
        headers.x_purpose,
    ]
    .into_iter()
    .flatten()
    .any(names_a_prefetch)
}

/// `Sec-Purpose` is a token with parameters (`prefetch;prerender`), the older ones are bare tokens.
fn names_a_prefetch(value: &str) -> bool {
    let token = value.split([';', ',']).next().unwrap_or_default().trim();
    ["prefetch", "prerender", "preview"]
        .iter()
        .any(|known| token.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_browsers_way_of_saying_so_is_understood() {
        let none = PurposeHeaders::default();
        let said = [
            PurposeHeaders {
                sec_purpose: Some("prefetch"),
                ..none
            },
            PurposeHeaders {
                sec_purpose: Some("prefetch;prerender"),
                ..none
            },
            PurposeHeaders {
                sec_purpose: Some("prefetch;anonymous-client-ip"),
                ..none
            },
            PurposeHeaders {
                sec_purpose: Some(" Prefetch ; prerender"),
                ..none
            },
            PurposeHeaders {
                purpose: Some("prefetch"),
                ..none
            },
            PurposeHeaders {
                purpose: Some("preview"),
                ..none
            },
            PurposeHeaders {
                x_moz: Some("prefetch"),
                ..none
            },
            PurposeHeaders {
                x_purpose: Some("preview"),
                ..none
            },
        ];
        for headers in said {
            assert!(is_prefetch(&headers), "{headers:?}");
        }
    }

    #[test]
    fn a_click_is_not_a_prefetch() {
        assert!(!is_prefetch(&PurposeHeaders::default()));
        for value in ["", "navigate", "noprefetch", "x;prefetch"] {
            assert!(
                !is_prefetch(&PurposeHeaders {
                    purpose: Some(value),
                    ..PurposeHeaders::default()
                }),
                "{value}"
            );
        }
    }
}

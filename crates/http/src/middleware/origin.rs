//! Whether a browser's write comes from our own pages.

use actix_web::http::header::{HOST, HeaderMap, ORIGIN};

/// What the Origin header says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Origin {
    /// There is none: not a browser, or not a write.
    Absent,
    /// Ours.
    Own,
    /// Another site's, or unreadable.
    Foreign,
}

/// Compares Origin with the public URL and with the host that was asked for, which no other site can choose.
pub fn of(headers: &HeaderMap, public_url: &str) -> Origin {
    let Some(origin) = headers.get(ORIGIN) else {
        return Origin::Absent;
    };
    let Ok(origin) = origin.to_str() else {
        return Origin::Foreign;
    };
    let host = headers.get(HOST).and_then(|host| host.to_str().ok());
    let authority = origin
        .strip_prefix("https://")
        .or_else(|| origin.strip_prefix("http://"));
    let same_host = authority.is_some() && authority == host;
    if same_host || origin == origin_of(public_url) {
        Origin::Own
    } else {
        Origin::Foreign
    }
}

/// Scheme and authority of a URL.
fn origin_of(url: &str) -> &str {
    let authority = url.find("://").map_or(0, |at| at + 3);
    let end = url[authority..]
        .find('/')
        .map_or(url.len(), |at| authority + at);
    &url[..end]
}

#[cfg(test)]
mod tests {
    use actix_web::http::header::HeaderValue;

    use super::*;

    fn check(origin: Option<&'static str>, host: &'static str) -> Origin {
        let mut headers = HeaderMap::new();
        headers.insert(HOST, HeaderValue::from_static(host));
        if let Some(origin) = origin {
            headers.insert(ORIGIN, HeaderValue::from_static(origin));
        }
        of(&headers, "https://viral.example.org/base")
    }

    #[test]
    fn only_our_own_origin_counts_as_ours() {
        assert_eq!(check(None, "engine:8080"), Origin::Absent);
        assert_eq!(
            check(Some("http://engine:8080"), "engine:8080"),
            Origin::Own
        );
        assert_eq!(
            check(Some("https://viral.example.org"), "engine:8080"),
            Origin::Own
        );
        for foreign in [
            "https://viral.example.org.evil.test",
            "http://viral.example.org",
            "https://evil.test",
            "null",
            "engine:8080",
            "ftp://engine:8080",
        ] {
            assert_eq!(
                check(Some(foreign), "engine:8080"),
                Origin::Foreign,
                "{foreign}"
            );
        }
    }
}

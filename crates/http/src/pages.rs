//! Plain pages for the public, without script or tracking: most are a title, a sentence and at most one button.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_SECURITY_POLICY, REFERRER_POLICY,
    X_CONTENT_TYPE_OPTIONS,
};
use actix_web::{HttpRequest, HttpResponse};
use viral_engine_api_types::emails::EmailLocale;

/// The texts of a page. They are ours and hold nothing to be escaped.
pub(crate) struct Page {
    /// Language of the texts.
    pub lang: &'static str,
    /// Title and heading.
    pub title: &'static str,
    /// What to know or do.
    pub text: &'static str,
    /// What to press.
    pub form: Option<Form>,
}

/// A button that posts to the page's own address.
pub(crate) struct Form {
    /// What it says.
    pub button: &'static str,
}

/// A page with these texts.
pub(crate) fn page(status: StatusCode, page: &Page) -> HttpResponse {
    let Page {
        lang, title, text, ..
    } = page;
    let form = page.form.as_ref().map_or_else(String::new, |form| {
        let button = form.button;
        format!("<form method=\"post\"><button type=\"submit\">{button}</button></form>\n")
    });
    let html = format!(
        "<!DOCTYPE html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"robots\" content=\"noindex\">\n\
         <title>{title}</title>\n</head>\n<body>\n<main>\n<h1>{title}</h1>\n<p>{text}</p>\n{form}</main>\n</body>\n</html>\n"
    );
    answered(status, html, page.form.is_some(), None)
}

/// A whole document with buttons that post to the engine; `style_hash` is that of the one style it has.
pub(crate) fn document(status: StatusCode, html: String, style_hash: Option<&str>) -> HttpResponse {
    answered(status, html, true, style_hash)
}

/// The language of a page that no message of ours stands behind, which would tell: the one asked for, else the one of ours
/// that the browser wants most, else English.
pub(crate) fn language(asked: Option<EmailLocale>, request: &HttpRequest) -> EmailLocale {
    let wanted = request.headers().get(ACCEPT_LANGUAGE);
    let wanted = wanted.and_then(|header| header.to_str().ok());
    asked
        .or_else(|| wanted.and_then(most_wanted))
        .unwrap_or(EmailLocale::En)
}

/// The language of ours with the greatest weight in `Accept-Language`; of equal ones the first.
fn most_wanted(header: &str) -> Option<EmailLocale> {
    let weighed = header.split(',').filter_map(weighed).rev();
    let most = weighed.max_by(|(one, _), (other, _)| one.total_cmp(other));
    most.map(|(_, language)| language)
}

/// One part of `Accept-Language`, such as `de-AT;q=0.8`, if it is a language of ours and wanted at all.
fn weighed(part: &str) -> Option<(f32, EmailLocale)> {
    let (tag, weight) = part.split_once(';').unwrap_or((part, ""));
    let language = tag.trim().split('-').next()?;
    let language = EmailLocale::parse(&language.to_ascii_lowercase())?;
    let weight: f32 = match weight.trim().strip_prefix("q=") {
        Some(weight) => weight.trim().parse().ok()?,
        None => 1.0,
    };
    (weight > 0.0).then_some((weight, language))
}

/// Whether people read what is answered at a path, by a link in their mail, and not programs.
pub(crate) fn is_read_by_people(path: &str) -> bool {
    ["/c/", "/d/", "/r/", "/u/"]
        .iter()
        .any(|prefix| path.starts_with(prefix))
}

/// The language in which a fault is told to whoever reads what is answered; none where programs do.
pub(crate) fn reader_language(request: &HttpRequest) -> Option<EmailLocale> {
    let mut query = form_urlencoded::parse(request.query_string().as_bytes());
    let asked = query.find(|(name, _)| name == "lang");
    let asked = asked.and_then(|(_, value)| EmailLocale::parse(&value));
    is_read_by_people(request.path()).then(|| language(asked, request))
}

/// The page for a fault that no reader can do anything about; none for other errors.
pub(crate) fn fault(status: StatusCode, language: EmailLocale) -> Option<HttpResponse> {
    use StatusCode as Status;
    let texts = match (status, language) {
        (Status::SERVICE_UNAVAILABLE | Status::TOO_MANY_REQUESTS, EmailLocale::En) => &AWAY_EN,
        (Status::SERVICE_UNAVAILABLE | Status::TOO_MANY_REQUESTS, EmailLocale::De) => &AWAY_DE,
        (Status::INTERNAL_SERVER_ERROR | Status::GATEWAY_TIMEOUT, EmailLocale::En) => &FAILED_EN,
        (Status::INTERNAL_SERVER_ERROR | Status::GATEWAY_TIMEOUT, EmailLocale::De) => &FAILED_DE,
        _ => return None,
    };
    Some(page(status, texts))
}

const AWAY_EN: Page = Page {
    lang: "en",
    title: "This page is not available at the moment",
    text: "Nothing was done. Please try again in a moment, by the link in our message.",
    form: None,
};

const AWAY_DE: Page = Page {
    lang: "de",
    title: "Diese Seite ist gerade nicht erreichbar",
    text: "Es ist nichts geschehen. Bitte versuchen Sie es gleich noch einmal, mit dem Link in unserer Nachricht.",
    form: None,
};

/// It broke off somewhere: what the page shows afterwards is what counts.
const FAILED_EN: Page = Page {
    lang: "en",
    title: "Something went wrong on our side",
    text: "Please open the link in our message again in a moment: the page shows what counts by then. \
           If this happens again, please tell whoever sent you the link.",
    form: None,
};

const FAILED_DE: Page = Page {
    lang: "de",
    title: "Bei uns ist etwas schiefgegangen",
    text: "Bitte öffnen Sie den Link in unserer Nachricht gleich noch einmal: die Seite zeigt, was dann gilt. \
           Wenn das wieder geschieht, sagen Sie es bitte der Stelle, die Ihnen den Link geschickt hat.",
    form: None,
};

/// Says that a link leads nowhere.
pub(crate) fn missing(language: EmailLocale) -> HttpResponse {
    let texts = match language {
        EmailLocale::En => &MISSING_EN,
        EmailLocale::De => &MISSING_DE,
    };
    page(StatusCode::NOT_FOUND, texts)
}

const MISSING_EN: Page = Page {
    lang: "en",
    title: "This link does not work",
    text: "Please check that the address is complete, or use the link of a newer message.",
    form: None,
};

const MISSING_DE: Page = Page {
    lang: "de",
    title: "Dieser Link funktioniert nicht",
    text: "Bitte prüfen Sie, ob die Adresse vollständig ist, oder nutzen Sie den Link einer neueren Nachricht.",
    form: None,
};

fn answered(
    status: StatusCode,
    html: String,
    has_form: bool,
    style_hash: Option<&str>,
) -> HttpResponse {
    // With `no-referrer` a browser would post a form with `Origin: null`, as if from elsewhere.
    let (referrer, target) = match has_form {
        false => ("no-referrer", "'none'"),
        true => ("same-origin", "'self'"),
    };
    let style = style_hash.map_or_else(String::new, |hash| format!("style-src '{hash}'; "));
    let policy = format!(
        "default-src 'none'; {style}base-uri 'none'; form-action {target}; frame-ancestors 'none'"
    );
    HttpResponse::build(status)
        .insert_header((CACHE_CONTROL, "no-store"))
        .insert_header((REFERRER_POLICY, referrer))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, policy))
        .content_type("text/html; charset=utf-8")
        .body(html)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_is_told_to_people_and_only_what_is_none_of_theirs() {
        for path in ["/c/x", "/d/x", "/r/x/on", "/u/x"] {
            assert!(is_read_by_people(path), "{path}");
        }
        for path in ["/v1/users", "/l/x", "/", "/consents", "/users/x"] {
            assert!(!is_read_by_people(path), "{path}");
        }
        for status in [500, 503, 504, 429] {
            let status = StatusCode::from_u16(status).expect("a status");
            for language in [EmailLocale::En, EmailLocale::De] {
                let page = fault(status, language).expect("a page");
                assert_eq!(page.status(), status);
            }
        }
        assert!(fault(StatusCode::BAD_REQUEST, EmailLocale::En).is_none());
    }

    #[test]
    fn the_language_that_is_wanted_most_among_ours_is_spoken() {
        use EmailLocale::{De, En};
        for (header, expected) in [
            ("de", Some(De)),
            ("de-AT,de;q=0.9,en;q=0.8", Some(De)),
            ("fr-FR,fr;q=0.9,de;q=0.7,en;q=0.8", Some(En)),
            ("en;q=0.5, DE;q=0.5", Some(En)),
            ("de;q=0,en;q=0.1", Some(En)),
            ("de; q=0.4", Some(De)),
            ("fr,*;q=0.5", None),
            ("de;q=NaN", None),
            ("de;q=", None),
            ("", None),
        ] {
            assert_eq!(most_wanted(header), expected, "{header}");
        }
    }
}

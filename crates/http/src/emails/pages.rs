//! What people see who unsubscribe: a sentence and a button, in the message's language, without script or tracking.

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use viral_engine_api_types::emails::EmailLocale;

use crate::pages::{Form, Page, page};

/// Asks before anything happens.
pub(super) fn ask(locale: EmailLocale) -> HttpResponse {
    let texts = match locale {
        EmailLocale::En => Page {
            lang: "en",
            title: "Unsubscribe",
            text: "Do you no longer want to get these messages?",
            form: Some(Form {
                button: "Unsubscribe",
            }),
        },
        EmailLocale::De => Page {
            lang: "de",
            title: "Abbestellen",
            text: "Möchten Sie diese Nachrichten nicht mehr erhalten?",
            form: Some(Form {
                button: "Abbestellen",
            }),
        },
    };
    page(StatusCode::OK, &texts)
}

/// Says that it is done.
pub(super) fn done(locale: EmailLocale) -> HttpResponse {
    let texts = match locale {
        EmailLocale::En => Page {
            lang: "en",
            title: "You are unsubscribed",
            text: "You will get no more of these messages.",
            form: None,
        },
        EmailLocale::De => Page {
            lang: "de",
            title: "Sie haben abbestellt",
            text: "Sie erhalten diese Nachrichten nicht mehr.",
            form: None,
        },
    };
    page(StatusCode::OK, &texts)
}

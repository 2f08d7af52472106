//! What people see when a link does not lead on: a sentence and what to do.

use crate::pages::Page;
pub(super) use crate::pages::page;

pub(super) const GONE: Page = texts(
    "This link no longer works",
    "It has expired or was switched off. Ask the person who sent it to you for a new one.",
);
pub(super) const NOT_FOUND: Page = texts(
    "There is no such link",
    "Please check that the address is complete, or ask the person who sent it to you.",
);
pub(super) const TOO_MANY: Page = texts(
    "Please wait a moment",
    "Too many addresses that do not exist were tried from your network. Try again in a minute.",
);
pub(super) const UNAVAILABLE: Page = texts(
    "Please try again",
    "The link can not be opened at the moment. Reload this page in a few seconds.",
);

const fn texts(title: &'static str, text: &'static str) -> Page {
    Page {
        lang: "en",
        title,
        text,
        form: None,
    }
}

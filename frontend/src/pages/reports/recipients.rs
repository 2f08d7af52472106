//! Addresses that reports go to, as they are typed: one a line, or with commas between them.

use leptos::prelude::*;

use crate::api::ApiError;
use crate::components::TextArea;
use crate::forms::looks_like_email;
use crate::i18n::text;

/// Most addresses that the engine takes.
const MOST: usize = 50;

/// The addresses in a text, each once.
pub fn read(text: &str) -> Vec<String> {
    let mut addresses: Vec<String> = Vec::new();
    for address in text.split([',', ';', '\n', ' ']).map(str::trim) {
        let known = addresses
            .iter()
            .any(|known| known.eq_ignore_ascii_case(address));
        if !address.is_empty() && !known {
            addresses.push(address.to_owned());
        }
    }
    addresses
}

/// The addresses one a line.
pub fn write(addresses: &[String]) -> String {
    addresses.join("\n")
}

/// What is wrong with the addresses, in words that name the one at fault.
pub fn own_fault(addresses: &[String], may_be_none: bool) -> Option<String> {
    let words = &text().reports;
    if addresses.is_empty() && !may_be_none {
        return Some(words.no_recipient.to_owned());
    }
    if addresses.len() > MOST {
        return Some((words.too_many_recipients)(MOST));
    }
    let wrong = addresses.iter().find(|address| !looks_like_email(address));
    wrong.map(|address| (words.not_an_address)(address))
}

/// What the engine finds wrong: with all of them, or with one, which is named.
pub fn fault(error: &ApiError, addresses: &[String]) -> Option<String> {
    let named = |(place, address): (usize, &String)| {
        let detail = error.field(&format!("/recipients/{place}"))?;
        Some(format!("{address}: {detail}"))
    };
    error
        .field("/recipients")
        .or_else(|| addresses.iter().enumerate().find_map(named))
}

/// The field.
#[component]
pub fn Recipients(
    value: RwSignal<String>,
    #[prop(into)] help: String,
    #[prop(into)] error: Signal<Option<String>>,
) -> impl IntoView {
    view! { <TextArea label=text().reports.recipients value help error/> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_however_they_are_apart_and_once_each() {
        let typed = "ada@example.org, bob@example.org\n\nADA@example.org;cleo@example.org";
        let read = read(typed);
        assert_eq!(
            write(&read),
            "ada@example.org\nbob@example.org\ncleo@example.org"
        );
    }

    #[test]
    fn the_address_at_fault_is_named() {
        let fault = own_fault(&read("ada@example.org nobody"), false).expect("a fault");
        assert!(fault.contains("nobody"), "{fault}");
        assert!(own_fault(&[], false).is_some());
        assert_eq!(own_fault(&[], true), None);
        let many: Vec<_> = (0..51).map(|n| format!("a{n}@example.org")).collect();
        assert!(own_fault(&many, false).is_some_and(|fault| fault.contains("50")));
    }
}

//! What a user's fields must be, beyond their lengths.

use chrono_tz::Tz;
use serde_json::{Map, Value};
use viral_engine_api_types::FieldError;
use viral_engine_api_types::users::UpsertUser;
use viral_engine_domain::pii::scan_text;

use crate::validation::{faults, is_slug};

const PREFERENCES_MAX: usize = 4 * 1024;
const SIGNALS_MAX: usize = 50;

/// Checks every field and names all that are at fault; pointers begin with `prefix`.
pub fn check(user: &UpsertUser, prefix: &str) -> Vec<FieldError> {
    let mut faults = faults(user, prefix);
    let mut refuse = |field: &str, code: &str, detail: &str| {
        faults.push(FieldError::new(format!("{prefix}/{field}"), code, detail));
    };
    let given = |field: &Option<Option<String>>| field.clone().flatten();
    if given(&user.email).is_some_and(|email| !looks_like_email(&email)) {
        refuse(
            "email",
            "not_an_email",
            "Give an email address such as ada@example.org.",
        );
    }
    if given(&user.phone).is_some_and(|phone| !looks_like_phone(&phone)) {
        refuse(
            "phone",
            "not_a_phone",
            "Give a phone number such as +49 30 123456.",
        );
    }
    if given(&user.time_zone).is_some_and(|zone| zone.parse::<Tz>().is_err()) {
        refuse(
            "time_zone",
            "unknown_time_zone",
            "Give an IANA time zone such as Europe/Berlin.",
        );
    }
    if given(&user.locale).is_some_and(|locale| !looks_like_locale(&locale)) {
        refuse(
            "locale",
            "not_a_language_tag",
            "Give a language tag such as en or en-GB.",
        );
    }
    if given(&user.institution).is_some_and(|slug| !is_slug(&slug)) {
        refuse("institution", "not_a_slug", "Use a-z, 0-9, _ and -.");
    }
    // Labels are shown, filtered by and exported in clear, unlike the personal fields.
    for (field, label) in [
        ("cohort", given(&user.cohort)),
        ("grade", given(&user.grade)),
    ] {
        if let Some(finding) = label.and_then(|label| scan_text(&label).into_iter().next()) {
            let kind = finding.kind.as_str();
            let detail = format!("This looks like personal information ({kind}); leave it out.");
            refuse(field, "personal_information", &detail);
        }
    }
    if user.preferences.iter().flatten().any(too_large) {
        refuse(
            "preferences",
            "too_large",
            "Keep preferences within 4 KiB of JSON.",
        );
    }
    if user
        .signals
        .iter()
        .flatten()
        .any(|signals| signals.len() > SIGNALS_MAX)
    {
        refuse("signals", "too_many", "Give at most 50 signals.");
    }
    for name in user
        .signals
        .iter()
        .flatten()
        .flat_map(|signals| signals.keys())
        .filter(|name| !is_signal(name))
    {
        let shown: String = name.chars().take(64).collect();
        refuse(
            &format!("signals/{shown}"),
            "not_a_slug",
            "Name a signal with at most 64 of a-z, 0-9, _ and -.",
        );
    }
    faults
}

fn is_signal(name: &str) -> bool {
    name.len() <= 64 && is_slug(name)
}

fn too_large(preferences: &Map<String, Value>) -> bool {
    serde_json::to_string(preferences).map_or(true, |text| text.len() > PREFERENCES_MAX)
}

/// One `@` with something on both sides and a dot behind it; whether it exists only a message can tell.
fn looks_like_email(text: &str) -> bool {
    let sane = !text.chars().any(|c| c.is_whitespace() || c.is_control());
    sane && text.split_once('@').is_some_and(|(local, host)| {
        !local.is_empty()
            && !host.contains('@')
            && host.split('.').count() > 1
            && host.split('.').all(|part| !part.is_empty())
    })
}

fn looks_like_phone(text: &str) -> bool {
    let digits = text.chars().filter(char::is_ascii_digit).count();
    (5..=15).contains(&digits)
        && text
            .chars()
            .all(|c| c.is_ascii_digit() || " +-().".contains(c))
}

fn looks_like_locale(text: &str) -> bool {
    let mut parts = text.split('-');
    let language = parts.next().unwrap_or_default();
    (2..=3).contains(&language.len())
        && language.chars().all(|c| c.is_ascii_alphabetic())
        && parts.all(|part| {
            (2..=8).contains(&part.len()) && part.chars().all(|c| c.is_ascii_alphanumeric())
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_phones_and_tags_are_told_from_nonsense() {
        for good in ["a@example.org", "ada.l+x@mail.example.co.uk"] {
            assert!(looks_like_email(good), "{good}");
        }
        for bad in [
            "",
            "a",
            "a@",
            "@example.org",
            "a@b",
            "a@@example.org",
            "a b@example.org",
            "a@example..org",
        ] {
            assert!(!looks_like_email(bad), "{bad}");
        }
        assert!(looks_like_phone("+49 (30) 123-456"));
        assert!(!looks_like_phone("call me"));
        assert!(
            looks_like_locale("zh-Hant-TW")
                && !looks_like_locale("e")
                && !looks_like_locale("en_GB")
        );
    }

    #[test]
    fn every_fault_is_named() {
        let user = UpsertUser {
            email: Some(Some("nobody".to_owned())),
            time_zone: Some(Some("Mars/Olympus".to_owned())),
            institution: Some(Some("Not A Slug".to_owned())),
            ..UpsertUser::default()
        };
        let faults = check(&user, "/users/3");
        let pointers: Vec<_> = faults.iter().map(|fault| fault.pointer.as_str()).collect();
        assert_eq!(
            pointers,
            [
                "/users/3/email",
                "/users/3/time_zone",
                "/users/3/institution"
            ]
        );
    }
}

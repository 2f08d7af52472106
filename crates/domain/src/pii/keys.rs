//! Keys that name personal data: `email`, `parentEmail`, `student-full-name`, `DOB`.
//!
//! A key is split into words (at punctuation, at changes of case, between letters and digits);
//! words at its end that only qualify are dropped (`phone_home`, `email_2`); and what it *ends*
//! with decides, as the last word of an English compound is what the thing is: `parent_email` is an
//! email, `email_count` is a count. Lists and rules only, no guessing: a key that is not listed
//! names nothing.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::entity::EntityKind;
use super::text::Text;

/// Longer keys are no names; only their end is looked at.
const MAX_KEY: usize = 128;
/// The longest listed name has so many words ("social security card number").
const MAX_WORDS: usize = 4;

/// What a key says about its value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct KeyMeaning {
    pub(super) kind: EntityKind,
    /// `cell`, `mobile` and the like name other things too: only values with digits count.
    pub(super) needs_digits: bool,
}

/// Names without spaces between their words.
const NAMES: [(EntityKind, &str); 10] = [
    (
        EntityKind::Email,
        "email emails emailaddress emailaddresses mailaddress contactemail",
    ),
    (
        EntityKind::Phone,
        "phone phones phonenumber phonenumbers phoneno telephone telephonenumber telephoneno \
         cellphone cellphonenumber cellnumber mobilephone mobilephonenumber mobilenumber \
         mobileno contactnumber contactno faxnumber whatsapp whatsappnumber msisdn smsnumber \
         callbacknumber emergencynumber",
    ),
    (
        EntityKind::Address,
        "address addresses streetaddress homeaddress mailingaddress postaladdress postaddress \
         shippingaddress billingaddress residentialaddress physicaladdress fulladdress street \
         streetname streetline residence",
    ),
    (
        EntityKind::Ssn,
        "ssn ssns socialsecurity socialsecuritynumber socialsecurityno socialsecuritycardnumber \
         socialsecuritycard socialsecuritynum",
    ),
    (
        EntityKind::Name,
        "fullname fullnames legalname realname completename lastname surname familyname \
         maidenname firstandlastname firstlastname",
    ),
    (
        EntityKind::Password,
        "password passwords passwd pwd passcode passphrase",
    ),
    (
        EntityKind::Dob,
        "dob birthdate birthdates dateofbirth birthday birthdays borndate born \
         bornon datebirth",
    ),
    (
        EntityKind::School,
        "school schools schoolname schooldistrict highschool middleschool elementaryschool",
    ),
    (
        EntityKind::Handle,
        "handle handles socialhandle screenname gamertag instagram insta snapchat discord \
         tiktok instagramusername snapchatusername discordusername tiktokusername instagramname \
         discordtag",
    ),
    (
        EntityKind::Geolocation,
        "geolocation geolocations geoposition geocoordinates geocoords geopoint gps gpslocation \
         gpscoordinates gpscoords gpsposition latlng latlong latlon latitude longitude lat lng \
         lon",
    ),
];

/// Names that often mean something else.
const NEED_DIGITS: [(EntityKind, &str); 1] =
    [(EntityKind::Phone, "mobile mobiles cell cells tel fax mob")];

/// Whose it is, where a key is written in one word: `parentemail`.
const OWNERS: [&str; 20] = [
    "parent", "parents", "guardian", "student", "child", "kid", "pupil", "user", "mother",
    "father", "mom", "dad", "teacher", "tutor", "family", "contact", "home", "work", "my", "your",
];

/// Words at the end that qualify and do not change what the thing is.
const QUALIFIERS: [&str; 39] = [
    "home",
    "work",
    "mobile",
    "cell",
    "primary",
    "secondary",
    "main",
    "parent",
    "guardian",
    "child",
    "student",
    "mother",
    "father",
    "mom",
    "dad",
    "line",
    "value",
    "values",
    "number",
    "numbers",
    "no",
    "num",
    "str",
    "string",
    "raw",
    "new",
    "old",
    "current",
    "alt",
    "alternate",
    "backup",
    "last",
    "four",
    "digits",
    "full",
    "address",
    "list",
    "contact",
    "personal",
];

/// An address of a machine or of money, not of a person.
const OTHER_ADDRESSES: [&str; 20] = [
    "ip", "ipv", "mac", "web", "url", "site", "wallet", "contract", "memory", "bitcoin", "btc",
    "eth", "crypto", "server", "host", "network", "bus", "page", "api", "v",
];

/// Keys inside a personal object that say something about the record, not about the person.
const META: [&str; 12] = [
    "id", "ids", "uuid", "type", "kind", "status", "count", "verified", "format", "version",
    "source", "at",
];

static MEANINGS: LazyLock<HashMap<&str, KeyMeaning>> = LazyLock::new(|| {
    let certain = NAMES.iter().map(|(kind, names)| (*kind, *names, false));
    let uncertain = NEED_DIGITS
        .iter()
        .map(|(kind, names)| (*kind, *names, true));
    let meanings = certain
        .chain(uncertain)
        .flat_map(|(kind, names, needs_digits)| {
            names
                .split_whitespace()
                .map(move |name| (name, KeyMeaning { kind, needs_digits }))
        });
    meanings.collect()
});

/// What the key says about its value, if it names personal data.
pub(super) fn meaning_of(key: &str) -> Option<KeyMeaning> {
    let words = words_of(key);
    let mut end = words.len();
    loop {
        if let Some(meaning) = ends_with_name(&words[..end]) {
            return Some(meaning);
        }
        let last = words[..end].last()?;
        if !is_qualifier(last) {
            return None;
        }
        end -= 1;
    }
}

/// Whether the key only says which one: `primary`, `2`, `value`.
pub(super) fn is_qualifying(key: &str) -> bool {
    words_of(key).iter().all(|word| is_qualifier(word))
}

/// Whether the key is about the record: `school.id`, `address.type`.
pub(super) fn is_about_record(key: &str) -> bool {
    words_of(key)
        .last()
        .is_some_and(|word| META.contains(&word.as_str()))
}

fn is_qualifier(word: &str) -> bool {
    QUALIFIERS.contains(&word) || word.bytes().all(|byte| byte.is_ascii_digit())
}

/// The longest listed name at the end.
fn ends_with_name(words: &[String]) -> Option<KeyMeaning> {
    (1..=words.len().min(MAX_WORDS)).rev().find_map(|count| {
        let (before, name) = words.split_at(words.len() - count);
        let is_other = before
            .last()
            .is_some_and(|word| OTHER_ADDRESSES.contains(&word.as_str()));
        let meaning = meaning_of_name(&name.concat())?;
        (meaning.kind != EntityKind::Address || !is_other).then_some(meaning)
    })
}

fn meaning_of_name(name: &str) -> Option<KeyMeaning> {
    let listed = |name: &str| MEANINGS.get(name).copied();
    listed(name).or_else(|| {
        OWNERS
            .iter()
            .find_map(|owner| listed(name.strip_prefix(owner)?))
    })
}

/// The words of a key, in lower case.
fn words_of(key: &str) -> Vec<String> {
    let text = Text::new(key);
    let chars: Vec<char> = (text.len().saturating_sub(MAX_KEY)..text.len())
        .filter_map(|at| text.at(at))
        .collect();
    let mut words: Vec<String> = Vec::new();
    let mut is_inside = false;
    for (index, char) in chars.iter().enumerate() {
        if !char.is_alphanumeric() {
            is_inside = false;
            continue;
        }
        if !is_inside || starts_word(&chars, index) {
            words.push(String::new());
        }
        is_inside = true;
        if let Some(word) = words.last_mut() {
            word.extend(char.to_lowercase());
        }
    }
    words
}

/// `parentE|mail`, `SSN|Number`, `email|2`, `2|email`.
fn starts_word(chars: &[char], index: usize) -> bool {
    let (Some(before), Some(char)) = (
        index.checked_sub(1).map(|before| chars[before]),
        chars.get(index),
    ) else {
        return true;
    };
    let ends_acronym =
        before.is_uppercase() && chars.get(index + 1).is_some_and(|next| next.is_lowercase());
    let is_raised = char.is_uppercase() && (!before.is_uppercase() || ends_acronym);
    is_raised || before.is_numeric() != char.is_numeric()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn kind(key: &str) -> Option<&'static str> {
        meaning_of(key).map(|meaning| meaning.kind.as_str())
    }

    #[test]
    fn names_are_found_in_any_spelling() {
        for key in [
            "email",
            "Email",
            "EMAIL",
            "e-mail",
            "eMail",
            "e_mail",
            "parent_email",
            "parentEmail",
            "ParentEMail",
            "parent-email",
            "parent.email",
            "parentemail",
            "email_address",
            "emailAddress",
            "EMAIL_ADDRESS_2",
            "email1",
            "emailPrimary",
            "student contact email",
            "ｅｍａｉｌ",
            "е\u{200B}mail",
            "data[email]",
        ] {
            assert_eq!(kind(key), Some("email"), "{key}");
        }
    }

    #[test]
    fn every_kind_of_the_list_is_named() {
        let table = [
            ("phone", "phone"),
            ("phoneNumber", "phone"),
            ("home_phone", "phone"),
            ("phone_home", "phone"),
            ("mobile-number", "phone"),
            ("address", "address"),
            ("homeAddress", "address"),
            ("address_line_1", "address"),
            ("addressLine2", "address"),
            ("ssn", "ssn"),
            ("SSNNumber", "ssn"),
            ("ssn_last_4", "ssn"),
            ("social_security_number", "ssn"),
            ("full_name", "name"),
            ("fullName", "name"),
            ("student-full-name", "name"),
            ("lastName", "name"),
            ("password", "password"),
            ("user_password", "password"),
            ("birth_date", "dob"),
            ("date_of_birth", "dob"),
            ("dateOfBirth", "dob"),
            ("birthday", "dob"),
            ("childDOB", "dob"),
            ("school", "school"),
            ("school_name", "school"),
            ("handle", "handle"),
            ("instagram_handle", "handle"),
            ("snapchat", "handle"),
            ("geolocation", "geolocation"),
            ("geo_location", "geolocation"),
            ("lat", "geolocation"),
            ("longitude", "geolocation"),
        ];
        for (key, expected) in table {
            assert_eq!(kind(key), Some(expected), "{key}");
        }
    }

    #[test]
    fn what_only_mentions_personal_data_is_not_named() {
        for key in [
            "email_sent",
            "emailTemplate",
            "email_count",
            "email_text",
            "email_id",
            "hall_pass",
            "address_count",
            "ip_address",
            "ipAddress",
            "mac-address",
            "wallet_address",
            "phone_verified",
            "password_changed_at",
            "school_id",
            "schoolType",
            "birthday_badge",
            "handler",
            "microphone",
            "passwordless",
            "name",
            "title",
            "score",
            "streak",
            "latency",
            "addressable",
            "last_seen",
            "",
            "_",
            "123",
            "home",
            "handles_errors",
            "platform",
            "platelet",
            "telling",
        ] {
            assert_eq!(kind(key), None, "{key}");
        }
    }

    #[test]
    fn words_that_mean_other_things_too_need_digits() {
        assert!(meaning_of("cell").is_some_and(|meaning| meaning.needs_digits));
        assert!(meaning_of("parent_mobile").is_some_and(|meaning| meaning.needs_digits));
        assert!(meaning_of("cell_phone").is_some_and(|meaning| !meaning.needs_digits));
    }

    #[test]
    fn keys_are_split_at_case_digits_and_punctuation() {
        assert_eq!(
            words_of("parentEMailAddress2"),
            ["parent", "e", "mail", "address", "2"]
        );
        assert_eq!(words_of("SSNNumber__x-y"), ["ssn", "number", "x", "y"]);
    }

    #[test]
    fn an_endless_key_is_read_at_its_end_only() {
        assert_eq!(
            kind(&format!("{}_email", "x".repeat(100_000))),
            Some("email")
        );
        assert_eq!(words_of(&"a_".repeat(100_000)).len(), 64);
    }
}

//! What spellings of a personal field have in common, by which it is found.

use url::Host;

use super::personal::Field;

/// The normal form of a field's text.
pub(super) fn normal(field: Field, text: &str) -> String {
    match field {
        Field::Phone => normal_phone(text),
        Field::Email => normal_email(text),
        _ => text.trim().to_lowercase(),
    }
}

/// Digits behind a plus, or digits alone where the country is not told. A zero in parentheses is dialled within the country
/// only.
fn normal_phone(text: &str) -> String {
    let text = text.trim();
    let is_international = text.starts_with('+') || text.starts_with("00");
    let written = match is_international {
        true => text.replacen("(0)", "", 1),
        false => text.to_owned(),
    };
    let digits: String = written.chars().filter(char::is_ascii_digit).collect();
    match is_international {
        true => format!("+{}", digits.trim_start_matches('0')),
        false => digits,
    }
}

/// Without case, and with the domain as mail servers are given it (RFC 5891).
fn normal_email(text: &str) -> String {
    let text = text.trim().to_lowercase();
    let Some((local, domain)) = text.rsplit_once('@') else {
        return text;
    };
    match Host::parse(domain) {
        Ok(Host::Domain(domain)) => format!("{local}@{domain}"),
        _ => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_found_however_it_is_written() {
        for text in [
            "+49 30 7654321",
            "+49 (0)30 765-4321",
            "0049 30 7654321",
            "0049 (0)30 7654321",
        ] {
            assert_eq!(normal(Field::Phone, text), "+49307654321", "{text}");
        }
        assert_eq!(normal(Field::Phone, "(030) 765 4321"), "0307654321");
        assert_eq!(normal(Field::Phone, ""), "");
    }

    #[test]
    fn an_address_is_found_however_its_domain_is_written() {
        for text in [
            "Kid@Bücher.example",
            "kid@xn--bcher-kva.example",
            " kid@BÜCHER.EXAMPLE ",
        ] {
            assert_eq!(
                normal(Field::Email, text),
                "kid@xn--bcher-kva.example",
                "{text}"
            );
        }
        assert_eq!(normal(Field::Email, "no address"), "no address");
        assert_eq!(normal(Field::Email, "a@[::1"), "a@[::1");
    }
}

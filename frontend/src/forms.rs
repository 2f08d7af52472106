//! Checking a form by the same rules the engine checks the request by: those of `api-types`.

use validator::ValidationErrors;

/// What to do about one field, when it is wrong.
pub fn field_error(errors: &ValidationErrors, field: &str) -> Option<String> {
    let faults = errors.field_errors();
    let first = faults.get(field)?.first()?;
    Some(
        first
            .message
            .as_ref()
            .map_or_else(|| first.code.to_string(), ToString::to_string),
    )
}

/// Whether a text has the shape of an email address: something, `@`, something, without spaces.
pub fn looks_like_email(text: &str) -> bool {
    let named = |(name, host): (&str, &str)| !name.is_empty() && !host.is_empty();
    text.rsplit_once('@').is_some_and(named) && !text.contains(char::is_whitespace)
}

#[cfg(test)]
mod tests {
    use validator::Validate;
    use viral_engine_api_types::alerts::DismissAlert;

    use super::{field_error, looks_like_email};

    #[test]
    fn an_address_has_a_name_and_a_host() {
        assert!(looks_like_email("ada@school.example"));
        for wrong in ["ada", "@school.example", "ada@", "a b@school.example", ""] {
            assert!(!looks_like_email(wrong), "{wrong}");
        }
    }

    #[test]
    fn the_rule_of_the_request_speaks() {
        let errors = DismissAlert {
            reason: "x".to_owned(),
        }
        .validate()
        .unwrap_err();
        assert_eq!(
            field_error(&errors, "reason").as_deref(),
            Some("Say why in 3 to 500 characters.")
        );
        assert_eq!(field_error(&errors, "other"), None);
    }
}

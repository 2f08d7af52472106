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

#[cfg(test)]
mod tests {
    use validator::Validate;
    use viral_engine_api_types::alerts::DismissAlert;

    use super::field_error;

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

//! Field errors with JSON pointers, from the rules the DTOs declare.

use validator::{Validate, ValidationErrors, ValidationErrorsKind};
use viral_engine_api_types::{FieldError, external_id};

use crate::error::{ServiceError, ServiceResult};

/// Code of a field that could not be read since it has another type.
pub const WRONG_TYPE: &str = "wrong_type";

/// What faults of fields come to: a body that could not be read when one of them has the wrong type, else fields that
/// are not valid.
pub fn of_fields(faults: Vec<FieldError>) -> ServiceError {
    if faults.iter().any(|fault| fault.code == WRONG_TYPE) {
        ServiceError::MalformedBody(faults)
    } else {
        ServiceError::Invalid(faults)
    }
}

/// Checks the rules `body` declares; pointers begin with `prefix` (empty for a whole body).
///
/// # Errors
/// [`ServiceError::Invalid`] with every field at fault.
pub fn validate(body: &impl Validate, prefix: &str) -> ServiceResult<()> {
    let found = faults(body, prefix);
    if found.is_empty() {
        Ok(())
    } else {
        Err(ServiceError::Invalid(found))
    }
}

/// The fields that break the rules `body` declares, by pointer.
pub fn faults(body: &impl Validate, prefix: &str) -> Vec<FieldError> {
    let mut found = Vec::new();
    if let Err(errors) = body.validate() {
        collect(&errors, prefix, &mut found);
        found.sort_by(|a, b| a.pointer.cmp(&b.pointer));
    }
    found
}

fn collect(errors: &ValidationErrors, prefix: &str, found: &mut Vec<FieldError>) {
    for (field, kind) in errors.errors() {
        let pointer = format!("{prefix}/{field}");
        match kind {
            ValidationErrorsKind::Field(list) => found.extend(list.iter().map(|error| {
                let detail = error
                    .message
                    .as_deref()
                    .unwrap_or("This value is not valid.");
                FieldError::new(pointer.clone(), error.code.to_string(), detail)
            })),
            ValidationErrorsKind::Struct(inner) => collect(inner, &pointer, found),
            ValidationErrorsKind::List(items) => {
                for (index, inner) in items {
                    collect(inner, &format!("{pointer}/{index}"), found);
                }
            }
        }
    }
}

/// Refuses what is no external id of a user.
///
/// # Errors
/// The fault at `pointer`.
pub fn check_external_id(text: &str, pointer: &str) -> Result<(), FieldError> {
    external_id::check(text).map_err(|error| {
        let detail = error.message.unwrap_or_default();
        FieldError::new(pointer, error.code, detail)
    })
}

/// Whether `text` is a slug: `a-z`, `0-9`, `_` and `-`, starting with a letter or digit.
pub fn is_slug(text: &str) -> bool {
    let mut bytes = text.bytes();
    bytes
        .next()
        .is_some_and(|b| b.is_ascii_lowercase() || b.is_ascii_digit())
        && bytes.all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || b == b'-')
}

/// Refuses what is evidently no email address. Only a message that arrives proves one.
///
/// # Errors
/// [`ServiceError::Invalid`] at `pointer`.
pub fn check_email(text: &str, pointer: &str) -> ServiceResult<()> {
    if is_email(text) {
        return Ok(());
    }
    Err(ServiceError::field(
        pointer,
        "malformed_email",
        "Give an email address such as ada@example.org.",
    ))
}

fn is_email(text: &str) -> bool {
    let Some((local, domain)) = text.rsplit_once('@') else {
        return false;
    };
    let visible = |text: &str| !text.chars().any(|c| c.is_whitespace() || c.is_control());
    (1..=64).contains(&local.len())
        && !local.contains('@')
        && (1..=253).contains(&domain.len())
        && visible(local)
        && domain.split('.').all(|label| {
            !label.is_empty() && label.chars().all(|c| c.is_alphanumeric() || c == '-')
        })
}

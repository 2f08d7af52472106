//! What the platform notes about a user in clear must not say who it is.

use serde_json::Value;
use viral_engine_api_types::FieldError;
use viral_engine_db::users::UserRow;
use viral_engine_domain::pii::EntityKind;

use super::personal::PersonalKeys;
use super::subject::redactor_of;
use crate::error::ServiceResult;

/// Takes what is on record of a user who is no adult out of the preferences, and answers which other fields hold some of
/// it.
///
/// # Errors
/// When a field can not be decrypted.
pub(super) fn redact_notes(
    row: &mut UserRow,
    keys: &PersonalKeys,
    pointer: &str,
) -> ServiceResult<Vec<FieldError>> {
    let slugs = [("cohort", &row.cohort), ("grade", &row.grade)];
    let slugs: Vec<_> = slugs
        .into_iter()
        .filter_map(|(field, slug)| Some((field, slug.as_deref()?)))
        .collect();
    let has_preferences = row.preferences.as_object().is_some_and(|it| !it.is_empty());
    if slugs.is_empty() && !has_preferences {
        return Ok(Vec::new());
    }
    let redactor = redactor_of(row, keys)?;
    let of_record = redactor.of_record();
    let names_user = |slug: &str| {
        let mut findings = of_record.scan(slug).into_iter();
        // Cohorts are often named after their school.
        findings.any(|finding| finding.kind != EntityKind::School)
    };
    let faults = slugs.into_iter().filter(|(_, slug)| names_user(slug));
    let faults = faults.map(|(field, _)| {
        let detail = "This holds the user's name or contact data; leave it out.";
        FieldError::new(format!("{pointer}/{field}"), "personal_information", detail)
    });
    let faults = faults.collect();
    let preferences = std::mem::replace(&mut row.preferences, Value::Null);
    row.preferences = redactor.scanner().redact_json(preferences);
    Ok(faults)
}

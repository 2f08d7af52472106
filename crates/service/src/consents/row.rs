//! Stored consents as the rules take them, and back.

use viral_engine_db::consents::ConsentRow;
use viral_engine_domain::consents::{Consent, ConsentState, Evidence, Method};

use crate::error::{ServiceError, ServiceResult};

/// A stored consent as the rules take it.
pub(super) fn life(row: &ConsentRow) -> ServiceResult<Consent> {
    let failures = u8::try_from(row.failures);
    Ok(Consent {
        scope: row
            .scope
            .parse()
            .map_err(|_| unknown("scope", &row.scope))?,
        state: state(row)?,
        method: row.method.as_deref().map(method).transpose()?,
        evidence: evidence(row)?,
        until: row.until,
        confirm_from: row.confirm_from,
        failures: failures.map_err(|_| unknown("number of failures", &row.failures))?,
    })
}

/// Writes down what became of a consent; `locale` is the language in which the guardian saw the notice.
pub(super) fn set(row: &mut ConsentRow, consent: Consent, locale: &str) {
    row.state = consent.state.as_str().to_owned();
    row.method = consent.method.map(|method| method.as_str().to_owned());
    row.until = consent.until;
    row.confirm_from = consent.confirm_from;
    row.failures = i16::from(consent.failures);
    let evidence = consent.evidence;
    let is_same = evidence.as_ref().map(|evidence| evidence.at) == row.evidence_at;
    if !is_same {
        row.evidence_locale = evidence.is_some().then(|| locale.to_owned());
    }
    row.evidence_method = evidence.as_ref().map(|one| one.method.as_str().to_owned());
    row.evidence_at = evidence.as_ref().map(|one| one.at);
    row.evidence_notice_hash = evidence.as_ref().map(|one| one.notice_hash.to_vec());
    row.evidence_transaction = evidence.map(|one| one.transaction);
}

/// Where a stored consent is in its life.
pub(super) fn state(row: &ConsentRow) -> ServiceResult<ConsentState> {
    ConsentState::parse(&row.state).ok_or_else(|| unknown("state", &row.state))
}

/// Those that were asked for and not answered to the end.
pub(super) fn pending(rows: Vec<ConsentRow>) -> ServiceResult<Vec<ConsentRow>> {
    let mut pending = Vec::new();
    for row in rows {
        if state(&row)?.is_pending() {
            pending.push(row);
        }
    }
    Ok(pending)
}

/// Whether it is in force, may be again, or may still come.
pub(super) fn stands(row: &ConsentRow) -> ServiceResult<bool> {
    let state = state(row)?;
    Ok(matches!(state, ConsentState::Active | ConsentState::Suspended) || state.is_pending())
}

fn method(name: &str) -> ServiceResult<Method> {
    Method::parse(name).ok_or_else(|| unknown("method", &name))
}

fn evidence(row: &ConsentRow) -> ServiceResult<Option<Evidence>> {
    let (Some(name), Some(transaction), Some(hash), Some(at)) = (
        &row.evidence_method,
        &row.evidence_transaction,
        &row.evidence_notice_hash,
        row.evidence_at,
    ) else {
        return Ok(None);
    };
    let notice_hash = hash.as_slice().try_into();
    Ok(Some(Evidence {
        method: method(name)?,
        transaction: transaction.clone(),
        notice_hash: notice_hash.map_err(|_| unknown("hash of a notice", &hex::encode(hash)))?,
        at,
    }))
}

pub(super) fn unknown(what: &str, value: &impl std::fmt::Display) -> ServiceError {
    ServiceError::Internal(format!("stored {what} of a consent: {value}"))
}

//! Reading verifications.

use std::collections::HashMap;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_api_types::consents::{
    ConsentForm, ConsentMethod, ConsentReview, ReviewVerdict, Verification, VerificationState,
};
use viral_engine_api_types::{Page, VerificationId};
use viral_engine_db::consents::{self as db, FormFacts, ReviewRow, VerificationRow};

use super::missing;
use crate::consents::row::unknown;
use crate::context::Context;
use crate::cursor::PageRequest;
use crate::error::ServiceResult;

/// Verifications, newest first.
///
/// # Errors
/// When the database can not be asked.
pub async fn list_verifications(
    context: &Context,
    state: Option<VerificationState>,
    page: PageRequest,
) -> ServiceResult<Page<Verification>> {
    let mut conn = context.connection().await?;
    let state = state.map(VerificationState::as_str);
    let rows = db::list_verifications(&mut conn, state, page.query()).await?;
    let answered = answers(&mut conn, rows).await?;
    Ok(page.page(answered, |one| (one.created_at, one.id.0)))
}

/// A verification.
///
/// # Errors
/// [`crate::ServiceError::NotFound`].
pub async fn get_verification(
    context: &Context,
    id: VerificationId,
) -> ServiceResult<Verification> {
    let mut conn = context.connection().await?;
    let row = db::find_verification(&mut conn, id.0)
        .await
        .map_err(missing)?;
    answers(&mut conn, vec![row])
        .await?
        .pop()
        .ok_or(super::MISSING)
}

/// Stored verifications as they are answered, in a constant number of queries.
async fn answers(
    conn: &mut AsyncPgConnection,
    rows: Vec<VerificationRow>,
) -> ServiceResult<Vec<Verification>> {
    let ids: Vec<Uuid> = rows.iter().map(|row| row.id).collect();
    let forms = db::forms_of(conn, &ids).await?;
    let mut forms: HashMap<Uuid, FormFacts> = forms
        .into_iter()
        .map(|form| (form.verification_id, form))
        .collect();
    let mut reviews: HashMap<Uuid, Vec<ReviewRow>> = HashMap::new();
    for review in db::reviews_of(conn, &ids).await? {
        reviews
            .entry(review.verification_id)
            .or_default()
            .push(review);
    }
    let answered = rows.into_iter().map(|row| {
        let form = forms.remove(&row.id);
        let reviews = reviews.remove(&row.id).unwrap_or_default();
        answer(row, form, reviews)
    });
    answered.collect()
}

fn answer(
    row: VerificationRow,
    form: Option<FormFacts>,
    reviews: Vec<ReviewRow>,
) -> ServiceResult<Verification> {
    let method = ConsentMethod::parse(&row.method).ok_or_else(|| unknown("method", &row.method));
    let state = VerificationState::parse(&row.state).ok_or_else(|| unknown("state", &row.state));
    let reviews: ServiceResult<Vec<ConsentReview>> = reviews.into_iter().map(review).collect();
    Ok(Verification {
        id: row.id.into(),
        request_id: row.request_id.into(),
        method: method?,
        state: state?,
        reference: row.reference,
        form: form.map(|form| ConsentForm {
            media_type: form.media_type,
            bytes: form.size,
            sha256: hex::encode(form.sha256),
            submitted_at: form.submitted_at,
            is_kept: form.is_kept,
        }),
        reviews: reviews?,
        created_at: row.created_at,
        updated_at: row.updated_at,
    })
}

fn review(row: ReviewRow) -> ServiceResult<ConsentReview> {
    let verdict = ReviewVerdict::parse(&row.verdict);
    Ok(ConsentReview {
        operator_id: row.operator_id.into(),
        verdict: verdict.ok_or_else(|| unknown("verdict", &row.verdict))?,
        at: row.at,
    })
}

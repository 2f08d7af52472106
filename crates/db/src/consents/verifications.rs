//! How guardians show to be guardians by more than messages, and the forms and verdicts of those that people look at.

use chrono::{DateTime, Utc};
use diesel::prelude::*;
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use uuid::Uuid;

use crate::error::DbResult;
use crate::page::{PageQuery, page_of};
use crate::schema::{consent_forms, consent_reviews, consent_verifications};

/// A verification as stored.
#[derive(Clone, Debug, Queryable, Selectable, Insertable, AsChangeset, Identifiable)]
#[diesel(table_name = consent_verifications, check_for_backend(diesel::pg::Pg), treat_none_as_null = true)]
pub struct VerificationRow {
    /// Its id.
    pub id: Uuid,
    /// Which request the guardian answers.
    pub request_id: Uuid,
    /// How.
    pub method: String,
    /// `manual_review` or `hosted`.
    pub provider: String,
    /// `started`, `submitted`, `verified`, `failed` or `over`.
    pub state: String,
    /// The provider's name of it.
    pub reference: Option<String>,
    /// The provider's page on which the guardian goes on.
    pub page_url: Option<String>,
    /// SHA-256 of the notice as it was shown.
    pub notice_hash: Vec<u8>,
    /// In which language that was.
    pub locale: String,
    /// When the guardian chose it.
    pub created_at: DateTime<Utc>,
    /// Last change.
    pub updated_at: DateTime<Utc>,
}

/// A signed form as stored.
#[derive(Clone, Queryable, Selectable, Insertable, Identifiable)]
#[diesel(table_name = consent_forms, primary_key(verification_id), check_for_backend(diesel::pg::Pg))]
pub struct FormRow {
    /// The verification it is for.
    pub verification_id: Uuid,
    /// Its format.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// How many bytes it has.
    pub size: i32,
    /// The bytes, sealed; none once they are erased.
    pub content_cipher: Option<Vec<u8>>,
    /// When it was sent.
    pub submitted_at: DateTime<Utc>,
}

/// What is known of a form without its bytes.
#[derive(Clone, Debug, Queryable, Selectable)]
#[diesel(table_name = consent_forms, check_for_backend(diesel::pg::Pg))]
pub struct FormFacts {
    /// The verification it is for.
    pub verification_id: Uuid,
    /// Its format.
    pub media_type: String,
    /// SHA-256 of its bytes.
    pub sha256: Vec<u8>,
    /// How many bytes it has.
    pub size: i32,
    /// When it was sent.
    pub submitted_at: DateTime<Utc>,
    /// Whether the bytes are still there.
    #[diesel(select_expression = consent_forms::content_cipher.is_not_null())]
    pub is_kept: bool,
}

/// What somebody found.
#[derive(Clone, Debug, Queryable, Selectable, Insertable)]
#[diesel(table_name = consent_reviews, check_for_backend(diesel::pg::Pg))]
pub struct ReviewRow {
    /// Of which form.
    pub verification_id: Uuid,
    /// Who.
    pub operator_id: Uuid,
    /// `approved` or `rejected`.
    pub verdict: String,
    /// When.
    pub at: DateTime<Utc>,
}

/// Stores a verification.
///
/// # Errors
/// When the database refuses, as everywhere in this module; also when one of the request is open.
pub async fn insert_verification(
    conn: &mut AsyncPgConnection,
    row: &VerificationRow,
) -> DbResult<()> {
    diesel::insert_into(consent_verifications::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// Stores what became of a verification.
pub async fn save_verification(
    conn: &mut AsyncPgConnection,
    row: &VerificationRow,
) -> DbResult<()> {
    diesel::update(consent_verifications::table.find(row.id))
        .set(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A verification.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_verification(
    conn: &mut AsyncPgConnection,
    id: Uuid,
) -> DbResult<VerificationRow> {
    Ok(consent_verifications::table
        .find(id)
        .select(VerificationRow::as_select())
        .first(conn)
        .await?)
}

/// The verification that a provider names so.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_verification_by_reference(
    conn: &mut AsyncPgConnection,
    reference: &str,
) -> DbResult<VerificationRow> {
    Ok(consent_verifications::table
        .filter(consent_verifications::reference.eq(reference))
        .select(VerificationRow::as_select())
        .first(conn)
        .await?)
}

/// The verification of a request that is under way.
pub async fn open_verification(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> DbResult<Option<VerificationRow>> {
    Ok(consent_verifications::table
        .filter(consent_verifications::request_id.eq(request))
        .filter(consent_verifications::state.eq_any(["started", "submitted"]))
        .select(VerificationRow::as_select())
        .first(conn)
        .await
        .optional()?)
}

/// A page of verifications, newest first.
pub async fn list_verifications(
    conn: &mut AsyncPgConnection,
    state: Option<&str>,
    page: PageQuery,
) -> DbResult<Vec<VerificationRow>> {
    let mut query = consent_verifications::table
        .select(VerificationRow::as_select())
        .into_boxed();
    if let Some(state) = state {
        query = query.filter(consent_verifications::state.eq(state.to_owned()));
    }
    Ok(page_of!(
        query,
        page,
        consent_verifications::created_at,
        consent_verifications::id
    )
    .load(conn)
    .await?)
}

/// Stores a form.
pub async fn insert_form(conn: &mut AsyncPgConnection, row: &FormRow) -> DbResult<()> {
    diesel::insert_into(consent_forms::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// A form with its bytes.
///
/// # Errors
/// [`crate::DbError::NotFound`].
pub async fn find_form(conn: &mut AsyncPgConnection, verification: Uuid) -> DbResult<FormRow> {
    Ok(consent_forms::table
        .find(verification)
        .select(FormRow::as_select())
        .first(conn)
        .await?)
}

/// What is known of the forms of these verifications.
pub async fn forms_of(
    conn: &mut AsyncPgConnection,
    verifications: &[Uuid],
) -> DbResult<Vec<FormFacts>> {
    Ok(consent_forms::table
        .filter(consent_forms::verification_id.eq_any(verifications))
        .select(FormFacts::as_select())
        .load(conn)
        .await?)
}

/// Erases the bytes of forms about which was decided before `before`; answers of how many.
pub async fn erase_forms(conn: &mut AsyncPgConnection, before: DateTime<Utc>) -> DbResult<usize> {
    let decided = consent_verifications::table
        .filter(consent_verifications::state.eq_any(["verified", "failed", "over"]))
        .filter(consent_verifications::updated_at.le(before))
        .select(consent_verifications::id);
    Ok(diesel::update(consent_forms::table)
        .filter(consent_forms::content_cipher.is_not_null())
        .filter(consent_forms::verification_id.eq_any(decided))
        .set(consent_forms::content_cipher.eq(None::<Vec<u8>>))
        .execute(conn)
        .await?)
}

/// Stores what somebody found.
pub async fn insert_review(conn: &mut AsyncPgConnection, row: &ReviewRow) -> DbResult<()> {
    diesel::insert_into(consent_reviews::table)
        .values(row)
        .execute(conn)
        .await?;
    Ok(())
}

/// What people found in these verifications, in the order in which they did.
pub async fn reviews_of(
    conn: &mut AsyncPgConnection,
    verifications: &[Uuid],
) -> DbResult<Vec<ReviewRow>> {
    Ok(consent_reviews::table
        .filter(consent_reviews::verification_id.eq_any(verifications))
        .order((consent_reviews::at, consent_reviews::operator_id))
        .select(ReviewRow::as_select())
        .load(conn)
        .await?)
}

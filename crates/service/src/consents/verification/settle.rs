//! The end of a verification, and what becomes of the consents that wait for it.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::consents::{self as db, ConsentRow, RequestRow, VerificationRow};
use viral_engine_domain::consents::{ConsentEvent, ConsentState, Evidence};

use super::{method, missing};
use crate::caller::Caller;
use crate::consents::change::{Deed, change, each};
use crate::consents::disown::{end_unwanted, is_unwanted};
use crate::consents::mail::write_to_guardian;
use crate::consents::minor::{stop, went_to_minor};
use crate::consents::row::{state, unknown};
use crate::context::Context;
use crate::emails::ConsentStage;
use crate::error::ServiceResult;

/// How a verification ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// The guardian is the guardian.
    Verified {
        /// What proves it, as the provider calls it.
        transaction: String,
    },
    /// That could not be told.
    Failed,
    /// The guardian chose another way.
    Over,
}

/// Ends a verification in the caller's transaction, and answers whether it was not over before: what comes late, after the
/// guardian has refused or the time is over, changes nothing.
///
/// # Errors
/// [`ServiceError::NotFound`], or when the database refuses.
pub(in crate::consents) async fn settle(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    deed: Deed,
    id: Uuid,
    outcome: Outcome,
) -> ServiceResult<bool> {
    // The order in which everything locks: child, request, consents.
    let request = db::find_verification(conn, id)
        .await
        .map_err(missing)?
        .request_id;
    let child = db::find_request(conn, request).await?.child_id;
    db::lock_child(conn, child).await?;
    let request = db::lock_request(conn, request).await?;
    let verification = db::find_verification(conn, id).await?;
    if !is_open(&verification) {
        return Ok(false);
    }
    let rows = verifying(conn, &request).await?;
    if rows.is_empty() || context.now() >= request.until {
        save(conn, context, verification, "over").await?;
        return Ok(false);
    }
    match outcome {
        Outcome::Verified { .. } | Outcome::Failed
            if is_unwanted(conn, context, &request).await? =>
        {
            end_unwanted(conn, context, deed, (request, rows)).await?;
            return Ok(false);
        }
        Outcome::Verified { .. } | Outcome::Failed
            if went_to_minor(conn, context, &request).await? =>
        {
            stop(conn, context, deed, (request, rows)).await?;
            return Ok(false);
        }
        Outcome::Verified { transaction } => {
            succeed(
                conn,
                context,
                caller,
                deed,
                (request, rows, verification),
                transaction,
            )
            .await?;
        }
        Outcome::Failed => fail(conn, context, caller, deed, (request, rows, verification)).await?,
        Outcome::Over => {
            let mut rows = each(rows, &ConsentEvent::Failed);
            save(conn, context, verification, "over").await?;
            change(conn, context, caller, deed, &mut rows).await?;
        }
    }
    Ok(true)
}

type Waiting = (RequestRow, Vec<ConsentRow>, VerificationRow);

async fn succeed(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    deed: Deed,
    (mut request, rows, verification): Waiting,
    transaction: String,
) -> ServiceResult<()> {
    let hash = verification.notice_hash.as_slice().try_into();
    let evidence = Evidence {
        method: method(&verification)?,
        transaction,
        notice_hash: hash.map_err(|_| unknown("hash of a notice", &verification.id))?,
        at: context.now(),
    };
    let deed = Deed {
        locale: crate::consents::answer::locale(&verification.locale)?.as_str(),
        ..deed
    };
    let scopes = rows.iter().map(|row| row.scope.clone()).collect();
    write_to_guardian(conn, context, &request, ConsentStage::Receipt, scopes).await?;
    save(conn, context, verification, "verified").await?;
    request.closed_at = Some(context.now());
    db::save_request(conn, &request).await?;
    let mut rows = each(rows, &ConsentEvent::Verified(evidence));
    change(conn, context, caller, deed, &mut rows).await
}

async fn fail(
    conn: &mut AsyncPgConnection,
    context: &Context,
    caller: &Caller,
    deed: Deed,
    (mut request, rows, verification): Waiting,
) -> ServiceResult<()> {
    save(conn, context, verification, "failed").await?;
    let mut rows = each(rows, &ConsentEvent::Failed);
    change(conn, context, caller, deed, &mut rows).await?;
    let mut again = Vec::new();
    for (row, _) in &rows {
        if state(row)?.is_pending() {
            again.push(row.scope.clone());
        }
    }
    if again.is_empty() {
        request.closed_at = Some(context.now());
        db::save_request(conn, &request).await?;
        return Ok(());
    }
    let failures = rows.iter().map(|(row, _)| row.failures).max().unwrap_or(0);
    let stage = ConsentStage::Unverified(u8::try_from(failures).unwrap_or(u8::MAX));
    write_to_guardian(conn, context, &request, stage, again).await
}

fn is_open(verification: &VerificationRow) -> bool {
    matches!(verification.state.as_str(), "started" | "submitted")
}

/// Whether a form of a request waits for us to look at it.
///
/// # Errors
/// When the database refuses.
pub(in crate::consents) async fn is_submitted(
    conn: &mut AsyncPgConnection,
    request: Uuid,
) -> ServiceResult<bool> {
    let open = db::open_verification(conn, request).await?;
    Ok(open.is_some_and(|open| open.state == "submitted"))
}

async fn verifying(
    conn: &mut AsyncPgConnection,
    request: &RequestRow,
) -> ServiceResult<Vec<ConsentRow>> {
    let mut verifying = Vec::new();
    for row in db::lock_consents_of_request(conn, request.id).await? {
        if state(&row)? == ConsentState::Verifying {
            verifying.push(row);
        }
    }
    Ok(verifying)
}

async fn save(
    conn: &mut AsyncPgConnection,
    context: &Context,
    verification: VerificationRow,
    state: &str,
) -> ServiceResult<()> {
    let row = VerificationRow {
        state: state.to_owned(),
        updated_at: context.now(),
        ..verification
    };
    db::save_verification(conn, &row).await?;
    Ok(())
}

/// Ends what is under way for a request that is over, in the caller's transaction.
///
/// # Errors
/// When the database refuses.
pub(in crate::consents) async fn end_verification(
    conn: &mut AsyncPgConnection,
    context: &Context,
    request: Uuid,
) -> ServiceResult<()> {
    match db::open_verification(conn, request).await? {
        Some(open) => save(conn, context, open, "over").await,
        None => Ok(()),
    }
}

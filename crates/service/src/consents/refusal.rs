//! Whom a refusal binds. Who refuses has proved nothing, and may be anybody who reads a mistyped address.

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::DbError;
use viral_engine_db::consents::{self as db, ConsentRow, StepRow};
use viral_engine_domain::consents::{ConsentEvent, ConsentState};

use super::row::life;
use crate::error::ServiceResult;

/// Whether a guardian is not to be asked for this again at a contact with these hashes, because it was refused: at that contact,
/// or by somebody who was verified by more than messages. Whoever said not to be the child's guardian has refused nothing.
///
/// # Errors
/// When the database refuses.
pub(super) async fn refused_for(
    conn: &mut AsyncPgConnection,
    row: &ConsentRow,
    reached: &[Vec<u8>],
) -> ServiceResult<bool> {
    let Some(refused) = last_refusal(conn, row).await? else {
        return Ok(false);
    };
    if !db::disowned_among(conn, &[refused]).await?.is_empty() {
        return Ok(false);
    }
    let request = match db::find_request(conn, refused).await {
        Ok(request) => request,
        // It was long ago.
        Err(DbError::NotFound) => return Ok(false),
        Err(other) => return Err(other.into()),
    };
    if reached.contains(&request.contact_hash) {
        return Ok(true);
    }
    for answered in db::consents_of_request(conn, refused).await? {
        let proof = life(&answered)?.evidence;
        if proof.is_some_and(|proof| !proof.method.has_second_step()) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// The request in which the guardian's last answer was a no, whatever was asked since.
async fn last_refusal(
    conn: &mut AsyncPgConnection,
    row: &ConsentRow,
) -> ServiceResult<Option<Uuid>> {
    let steps = db::steps_of(conn, row.id).await?;
    let is_answer = |step: &&StepRow| {
        step.event == ConsentEvent::Refused.as_str()
            || step.to_state == ConsentState::Active.as_str()
    };
    let last = steps.iter().rfind(is_answer);
    let refusal = last.filter(|step| step.event == ConsentEvent::Refused.as_str());
    // Steps that do not name it were taken in the request that the consent still belongs to, if nothing was asked since.
    let is_denied = row.state == ConsentState::Denied.as_str();
    let of_row = row.request_id.filter(|_| is_denied);
    Ok(refusal.and_then(|step| step.request_id.or(of_row)))
}

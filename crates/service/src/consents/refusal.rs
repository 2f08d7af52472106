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
    let refused = refusals(conn, row).await?;
    let disowned = db::disowned_among(conn, &refused).await?;
    for request in refused.into_iter().filter(|id| !disowned.contains(id)) {
        if binds(conn, request, reached).await? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Whether a refusal in this request binds whoever is reached so.
async fn binds(
    conn: &mut AsyncPgConnection,
    refused: Uuid,
    reached: &[Vec<u8>],
) -> ServiceResult<bool> {
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

/// The requests in which the guardian said no since the same was allowed last, whatever was asked after them.
async fn refusals(conn: &mut AsyncPgConnection, row: &ConsentRow) -> ServiceResult<Vec<Uuid>> {
    let steps = db::steps_of(conn, row.id).await?;
    let is_granted = |step: &StepRow| step.to_state == ConsentState::Active.as_str();
    let since = steps.iter().rposition(is_granted).map_or(0, |at| at + 1);
    // Steps that do not name it were taken in the request that the consent still belongs to, if nothing was asked since.
    let is_denied = row.state == ConsentState::Denied.as_str();
    let of_row = row.request_id.filter(|_| is_denied);
    let refused = steps.iter().skip(since);
    let refused = refused.filter(|step| step.event == ConsentEvent::Refused.as_str());
    Ok(refused
        .filter_map(|step| step.request_id.or(of_row))
        .collect())
}

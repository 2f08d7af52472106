//! Whom a refusal binds. Who refuses has proved nothing, and may be anybody who reads a mistyped address.

use diesel_async::AsyncPgConnection;
use viral_engine_db::consents::{self as db, ConsentRow};
use viral_engine_domain::consents::ConsentState;

use super::row::{life, state};
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
    if state(row)? != ConsentState::Denied {
        return Ok(false);
    }
    let Some(refused) = row.request_id else {
        return Ok(true);
    };
    if !db::disowned_among(conn, &[refused]).await?.is_empty() {
        return Ok(false);
    }
    let request = db::find_request(conn, refused).await?;
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

//! What has happened since a message was queued, so that it must not be sent any more. Messages may wait for hours: a queue is
//! paused, a mail server away.

use diesel_async::AsyncPgConnection;
use viral_engine_db::emails::EmailRow;
use viral_engine_domain::emails::Address;

use super::content::{ConsentStage, Mail};
use crate::consents::{is_request_given, is_request_open};
use crate::context::Context;
use crate::data_requests::still_opens;
use crate::error::ServiceResult;
use crate::recaps::is_still_told;

/// Why a message must not be sent any more; `None` when it may.
///
/// # Errors
/// When the database refuses.
pub(super) async fn overtaken(
    conn: &mut AsyncPgConnection,
    context: &Context,
    row: &EmailRow,
    (mail, to): (&Mail, &Address),
) -> ServiceResult<Option<&'static str>> {
    Ok(match mail {
        Mail::WeeklyRecap(_) if !is_still_told(conn, context, row.id, to).await? => Some(
            "the recipient may not be told of all of these children any more, or has another address",
        ),
        Mail::Consent(mail) if mail.stage == ConsentStage::Receipt => {
            let is_given = is_request_given(conn, &row.subject_key).await?;
            (!is_given).then_some("nothing that it confirms is allowed any more")
        }
        Mail::Consent(_) => {
            let is_open = is_request_open(conn, &row.subject_key).await?;
            (!is_open).then_some("what it asks for was answered, or is not asked any more")
        }
        Mail::DataLink(link) => {
            let still_opens = still_opens(conn, context, &link.page_url).await?;
            (!still_opens).then_some("its link works no more")
        }
        _ => None,
    })
}

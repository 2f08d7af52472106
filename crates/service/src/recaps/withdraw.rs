//! Messages that wait and tell of a child of whom nothing may be told any more.

use std::collections::BTreeSet;

use diesel_async::AsyncPgConnection;
use uuid::Uuid;
use viral_engine_db::recaps::queued_emails_about;

use crate::context::Context;
use crate::emails::withdraw_email;
use crate::error::ServiceResult;

/// Gives up the messages that wait and tell of these children, in the caller's transaction. What they tell of brothers and
/// sisters can be sent again.
///
/// # Errors
/// When the database refuses.
pub(crate) async fn withdraw_recaps(
    conn: &mut AsyncPgConnection,
    context: &Context,
    children: &BTreeSet<Uuid>,
) -> ServiceResult<()> {
    if children.is_empty() {
        return Ok(());
    }
    let children: Vec<Uuid> = children.iter().copied().collect();
    for email in queued_emails_about(conn, &children).await? {
        withdraw_email(
            conn,
            context,
            email,
            "a guardian has taken the consent back",
        )
        .await?;
    }
    Ok(())
}

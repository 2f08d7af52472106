//! Forgets whom old messages went to and what they said.

use chrono::TimeDelta;
use viral_engine_db::emails::erase_old_emails;

use crate::context::Context;
use crate::error::ServiceResult;

/// Recipients and texts of messages are kept for so long; that something was sent stays.
pub const EMAILS_KEPT: TimeDelta = TimeDelta::days(90);

/// Erases recipients and texts that are old now, and answers of how many messages.
///
/// # Errors
/// When the database refuses.
pub async fn erase_emails(context: &Context) -> ServiceResult<usize> {
    let mut conn = context.connection().await?;
    Ok(erase_old_emails(&mut conn, context.now() - EMAILS_KEPT).await?)
}

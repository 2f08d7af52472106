//! Which conversions are to be attributed anew, left in the transaction that changes what led to them.

use uuid::Uuid;

use super::connection::IngestConnection;
use crate::error::DbResult;

const LEAVE: &str = "
INSERT INTO due_attributions (conversion_id)
SELECT * FROM unnest($1::uuid[])
UNION SELECT event_id FROM conversion_credits WHERE referee_id = ANY ($2)";

/// Leaves conversions, and those of users who were invited. Call it after the credits.
///
/// # Errors
/// When the database refuses.
pub async fn leave_due(
    conn: &IngestConnection,
    conversions: &[Uuid],
    referees: &[Uuid],
) -> DbResult<()> {
    if !conversions.is_empty() || !referees.is_empty() {
        conn.execute(LEAVE, &[&conversions, &referees]).await?;
    }
    Ok(())
}

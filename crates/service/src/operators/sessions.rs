//! Sessions of another operator, for admins.

use diesel_async::AsyncConnection;
use serde_json::json;
use viral_engine_api_types::OperatorId;
use viral_engine_api_types::auth::SessionList;
use viral_engine_db::auth::sessions::end_sessions;

use super::{find, record};
use crate::auth::sessions::list_of;
use crate::caller::{Caller, Identity};
use crate::context::Context;
use crate::error::ServiceResult;

/// An operator's sessions.
///
/// # Errors
/// [`crate::ServiceError::NotFound`].
pub async fn list_operator_sessions(
    context: &Context,
    caller: &Caller,
    id: OperatorId,
) -> ServiceResult<SessionList> {
    let mut conn = context.connection().await?;
    find(&mut conn, id).await?;
    let current = match &caller.identity {
        Identity::Operator { session, .. } => Some(session.0),
        _ => None,
    };
    list_of(&mut conn, context, id.0, current).await
}

/// Ends all sessions of an operator.
///
/// # Errors
/// [`crate::ServiceError::NotFound`].
pub async fn end_operator_sessions(
    context: &Context,
    caller: &Caller,
    id: OperatorId,
) -> ServiceResult<()> {
    let mut conn = context.connection().await?;
    conn.transaction(async |conn| {
        find(conn, id).await?;
        let ended = end_sessions(conn, id.0, None, context.now()).await?;
        let changes = json!({ "sessions_ended": ended });
        record(
            conn,
            context,
            caller,
            "end_operator_sessions",
            id.0,
            changes,
        )
        .await
    })
    .await?;
    context.authentication.forget_all();
    Ok(())
}

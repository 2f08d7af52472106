//! Mails an operator the link with which to choose a password.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_api_types::operators::OperatorInvitation;
use viral_engine_domain::emails::Address;

use crate::context::Context;
use crate::emails::{Mail, NewEmail, OperatorInvitation as Letter, queue_email};
use crate::error::ServiceResult;
use crate::flags;

/// Queues the message in the caller's transaction. Whoever invites has the link as well, so an invitation does not
/// fail where mail can not be sent.
pub(super) async fn invite_by_mail(
    conn: &mut AsyncPgConnection,
    context: &Context,
    invitation: &OperatorInvitation,
) -> ServiceResult<()> {
    let operator = &invitation.operator;
    let Ok(to) = Address::parse(&operator.email) else {
        return Ok(());
    };
    if !flags::is_on(conn, FlagKey::EmailDelivery).await? {
        return Ok(());
    }
    let letter = Letter {
        role: operator.role,
        setup_url: invitation.setup_url.clone(),
        expires_at: invitation.expires_at,
    };
    let name = Some(operator.name.clone()).filter(|name| !name.is_empty());
    let email = NewEmail {
        mail: Mail::OperatorInvitation(letter),
        // Each link is a message of its own: the one before works no longer.
        subject_key: format!("operator/{}/{}", operator.id, uuid::Uuid::now_v7()),
        to,
        name,
        locale: EmailLocale::En,
        about: Vec::new(),
    };
    queue_email(conn, context, &email).await?;
    Ok(())
}

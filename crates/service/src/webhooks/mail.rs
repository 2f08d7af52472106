//! Tells admins by mail that a receiver was disabled: they alone can enable it, and nobody else misses its messages.

use diesel_async::AsyncPgConnection;
use viral_engine_api_types::emails::EmailLocale;
use viral_engine_api_types::flags::FlagKey;
use viral_engine_db::operators::active_admins;
use viral_engine_db::webhooks::EndpointRow;
use viral_engine_domain::emails::Address;

use crate::context::Context;
use crate::emails::{Mail, NewEmail, WebhookDisabled, queue_email};
use crate::error::ServiceResult;
use crate::flags;

/// Queues the messages in the transaction that disables the receiver. Without mail the audit trail tells it.
pub(super) async fn mail_admins(
    conn: &mut AsyncPgConnection,
    context: &Context,
    endpoint: &EndpointRow,
    skipped: usize,
) -> ServiceResult<()> {
    if !flags::is_on(conn, FlagKey::EmailDelivery).await? {
        return Ok(());
    }
    let news = WebhookDisabled {
        webhook: endpoint.id,
        description: endpoint.description.clone(),
        is_gone: endpoint.disabled_reason.as_deref() == Some("gone"),
        failing_since: endpoint.failing_since.unwrap_or_else(|| context.now()),
        skipped,
    };
    for admin in active_admins(conn).await? {
        let Ok(to) = Address::parse(&admin.email) else {
            continue;
        };
        let email = NewEmail {
            mail: Mail::WebhookDisabled(news.clone()),
            // Each time that it is disabled has a version of its own.
            subject_key: format!("webhook/{}/{}", endpoint.id, endpoint.version),
            to,
            name: Some(admin.name).filter(|name| !name.is_empty()),
            locale: EmailLocale::En,
            about: Vec::new(),
        };
        queue_email(conn, context, &email).await?;
    }
    Ok(())
}

//! From the notices of all nodes to hints.

use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;
use viral_engine_api_types::AlertId;
use viral_engine_api_types::stream::StreamMessage;
use viral_engine_db::data_version;
use viral_engine_db::notifications::{Channel, Notice};

use super::Hint;
use crate::alerts::stored_alert;
use crate::context::Context;
use crate::error::ServiceResult;

/// Least time between two hints that data changed.
const QUIET: Duration = Duration::from_secs(1);

/// Turns notices into hints until it is dropped.
pub async fn feed_stream(context: &Context) {
    let mut notices = context.notices.subscribe();
    let mut changed: Option<i64> = None;
    let mut next_hint = Instant::now();
    loop {
        let told = tokio::select! {
            notice = notices.recv() => notice,
            () = tokio::time::sleep_until(next_hint), if changed.is_some() => {
                if let Some(version) = changed.take() {
                    let message = StreamMessage::DataChanged { version };
                    context.stream.tell(Hint::Message(message));
                }
                next_hint = Instant::now() + QUIET;
                continue;
            }
        };
        match told {
            Ok(Notice::Changed { channel, payload }) => {
                let version = heard(context, channel, &payload).await;
                changed = changed.max(version);
            }
            // Anything may have changed meanwhile.
            Ok(Notice::Connected) | Err(RecvError::Lagged(_)) => {
                context.stream.tell(Hint::CheckAccess);
                changed = changed.max(data_version_now(context).await);
            }
            Ok(Notice::Lost) => {}
            Err(RecvError::Closed) => return,
        }
    }
}

/// Passes a notice on, or answers the data version that it tells.
async fn heard(context: &Context, channel: Channel, payload: &str) -> Option<i64> {
    match channel {
        Channel::Data => return payload.parse().ok(),
        Channel::Alerts if context.stream.has_listeners() => {
            if let Err(error) = pass_alert_on(context, payload).await {
                tracing::warn!(%error, "an alert was not passed on to listeners");
            }
        }
        Channel::Sessions => {
            context.authentication.forget_all();
            context.stream.tell(Hint::CheckAccess);
        }
        Channel::Alerts
        | Channel::Settings
        | Channel::Blocks
        | Channel::Links
        | Channel::Jobs
        | Channel::Consents => {}
    }
    None
}

async fn pass_alert_on(context: &Context, payload: &str) -> ServiceResult<()> {
    let Ok(id) = payload.parse::<AlertId>() else {
        return Ok(());
    };
    let alert = Box::new(stored_alert(context, id).await?);
    let message = StreamMessage::AlertChanged { alert };
    context.stream.tell(Hint::Message(message));
    Ok(())
}

async fn data_version_now(context: &Context) -> Option<i64> {
    let mut conn = context.connection().await.ok()?;
    let versions = data_version::current(&mut conn).await.ok()?;
    Some(versions.data)
}

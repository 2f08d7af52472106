//! Live changes as server-sent events.

use std::time::Duration;

use actix_web::http::header::{CACHE_CONTROL, HeaderValue};
use actix_web::web::Data;
use actix_web::{HttpResponse, get};
use bytes::Bytes;
use futures_util::Stream;
use tokio::time::{Instant, MissedTickBehavior, interval_at};
use utoipa_actix_web::service_config::ServiceConfig;
use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::stream::StreamMessage;
use viral_engine_service::Context;
use viral_engine_service::auth::identity::still_allowed;
use viral_engine_service::caller::Identity;
use viral_engine_service::stream::{Hint, Listener};

use crate::extract::Caller;
use crate::problem::ApiResult;
use crate::state::AppState;

/// A silent connection is noticed by the client within a few of these.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// What a client waits before it connects again, in milliseconds.
const RETRY: &str = "retry: 3000\n\n";

/// Registers the routes of this area.
pub fn configure(config: &mut ServiceConfig<'_>) {
    config.service(open_stream);
}

/// Live changes
///
/// Server-sent events `data_changed` (at most one a second), `alert_changed` and `heartbeat` (every 15 s); the data of
/// each is JSON. They only hint: read the figures again. The stream ends with the session, and for clients that fall
/// behind; connect again and read anew.
#[utoipa::path(tag = "stream", responses((status = 200, description = "Messages until the session ends", body = StreamMessage, content_type = "text/event-stream")))]
#[get("/v1/stream")]
pub async fn open_stream(state: Data<AppState>, caller: Caller) -> ApiResult<HttpResponse> {
    let listener = state.context.stream.listen()?;
    let events = events(state.context.clone(), caller.0.identity, listener);
    Ok(HttpResponse::Ok()
        .content_type("text/event-stream")
        .insert_header((CACHE_CONTROL, HeaderValue::from_static("no-store")))
        // Proxies that gather answers would hold hints back.
        .insert_header(("x-accel-buffering", "no"))
        .streaming(events))
}

fn events(
    context: Context,
    identity: Identity,
    mut listener: Listener,
) -> impl Stream<Item = Result<Bytes, actix_web::Error>> {
    async_stream::stream! {
        yield Ok(Bytes::from_static(RETRY.as_bytes()));
        let mut heartbeats = interval_at(Instant::now() + HEARTBEAT, HEARTBEAT);
        heartbeats.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            let hint = tokio::select! {
                hint = listener.next() => hint,
                _ = heartbeats.tick() => Some(Hint::Message(StreamMessage::Heartbeat)),
            };
            let message = match hint {
                Some(Hint::Message(message)) => Some(message),
                Some(Hint::CheckAccess) => None,
                None => return,
            };
            // Beside being told of an end, look with every heartbeat: sessions also end by their time.
            let looks = matches!(message, None | Some(StreamMessage::Heartbeat));
            if looks && !may_go_on(&context, &identity).await {
                return;
            }
            if let Some(message) = message {
                yield Ok(event(&message));
            }
        }
    }
}

/// A database that can not be asked ends no stream: hints hold no figures.
async fn may_go_on(context: &Context, identity: &Identity) -> bool {
    still_allowed(context, identity, Permission::GuardrailsRead)
        .await
        .unwrap_or(true)
}

fn event(message: &StreamMessage) -> Bytes {
    let name = match message {
        StreamMessage::DataChanged { .. } => "data_changed",
        StreamMessage::AlertChanged { .. } => "alert_changed",
        StreamMessage::Heartbeat => "heartbeat",
    };
    // JSON of our own types always serialises, and never holds a line break.
    let data = serde_json::to_string(message).unwrap_or_default();
    Bytes::from(format!("event: {name}\ndata: {data}\n\n"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_names_itself_and_carries_its_message() {
        let bytes = event(&StreamMessage::DataChanged { version: 7 });
        assert_eq!(
            bytes,
            "event: data_changed\ndata: {\"kind\":\"data_changed\",\"version\":7}\n\n"
        );
    }
}

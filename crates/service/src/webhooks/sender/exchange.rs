//! One request over a connection, and the begin of its answer.

use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1;
use hyper::header::{CONNECTION, CONTENT_TYPE, HOST, USER_AGENT};
use hyper::{Method, Request, Response, body::Incoming};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::time::{Instant, timeout_at};
use url::Position;
use viral_engine_domain::pii::redact_text;
use viral_engine_domain::webhooks::Target;

use super::SendError;
use crate::webhooks::deliver::Outgoing;

/// Bytes of an answer that are read and kept.
const ANSWER_BYTES: usize = 1_024;
/// Longest time that the rest of an answer is waited for once its status is known.
const BODY_LIMIT: Duration = Duration::from_secs(2);
/// Most bytes of an answer's headers.
const HEADER_BYTES: usize = 16 * 1_024;

/// Sends the message, reads the begin of the answer until `deadline` at most, and drops the connection.
pub(super) async fn exchange<S>(
    stream: S,
    target: &Target,
    outgoing: &Outgoing,
    deadline: Instant,
) -> Result<(u16, String), SendError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let handshake = http1::Builder::new()
        .max_buf_size(HEADER_BYTES)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = handshake.map_err(|_| SendError::Http)?;
    let request = request(target, outgoing)?;
    let mut exchange = std::pin::pin!(async move {
        let answer = sender.send_request(request).await;
        let answer = answer.map_err(|_| SendError::Http)?;
        Ok(read(answer, deadline.min(Instant::now() + BODY_LIMIT)).await)
    });
    // The connection moves only while it is polled. It may end with the answer still to be read.
    tokio::select! {
        biased;
        answer = &mut exchange => return answer,
        _ = connection => {}
    }
    exchange.await
}

fn request(target: &Target, outgoing: &Outgoing) -> Result<Request<Full<Bytes>>, SendError> {
    let url = target.url();
    let host = &url[Position::BeforeHost..Position::AfterPort];
    Request::builder()
        .method(Method::POST)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, host)
        .header(CONNECTION, "close")
        .header(CONTENT_TYPE, "application/json")
        .header(
            USER_AGENT,
            concat!("viral-engine/", env!("CARGO_PKG_VERSION"), " webhooks"),
        )
        .header("webhook-id", outgoing.job.message.to_string())
        .header("webhook-timestamp", outgoing.timestamp.to_string())
        .header("webhook-signature", &outgoing.signatures)
        .body(Full::new(Bytes::from(outgoing.body.clone())))
        .map_err(|_| SendError::Http)
}

/// Status and begin of the body. A body that breaks off or drags on after the status changes nothing: the receiver has
/// decided.
async fn read(answer: Response<Incoming>, deadline: Instant) -> (u16, String) {
    let status = answer.status().as_u16();
    let mut read = Vec::with_capacity(ANSWER_BYTES);
    let reading = read_begin(answer.into_body(), &mut read);
    // What has been read by then is kept.
    let _ = timeout_at(deadline, reading).await;
    (status, shown(&read))
}

async fn read_begin(mut body: Incoming, read: &mut Vec<u8>) {
    while read.len() < ANSWER_BYTES {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        if let Some(data) = frame.data_ref() {
            let room = ANSWER_BYTES - read.len();
            read.extend(data.iter().take(room));
        }
    }
}

/// The text as operators may see it: without what identifies people, and without what a terminal would obey.
fn shown(bytes: &[u8]) -> String {
    let text: String = String::from_utf8_lossy(bytes)
        .chars()
        .filter(|c| !c.is_control() || matches!(c, '\n' | '\t'))
        .collect();
    redact_text(&text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_answer_is_shown_without_what_identifies_people_or_drives_terminals() {
        let text = shown(b"no user ada@example.org\x1b[31m\0 \xff");
        assert!(!text.contains("ada@example.org"), "{text}");
        assert!(text.starts_with("no user "), "{text}");
        assert!(!text.contains('\u{1b}') && !text.contains('\0'), "{text}");
    }
}

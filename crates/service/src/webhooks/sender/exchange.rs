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

/// Longest time that the rest of an answer is waited for once its status is known.
const BODY_LIMIT: Duration = Duration::from_secs(2);
/// Most bytes of an answer's headers.
const HEADER_BYTES: usize = 16 * 1_024;

/// A request to somebody else's server.
pub(crate) struct Call<'a> {
    /// Where to.
    pub url: &'a str,
    /// What the body is.
    pub content_type: &'a str,
    /// Headers beside those that every request has.
    pub headers: &'a [(&'static str, &'a str)],
    /// The body.
    pub body: Bytes,
    /// Bytes of the answer that are read.
    pub answer_bytes: usize,
}

/// Sends a request, reads the begin of the answer until `deadline` at most, and drops the connection.
pub(super) async fn exchange<S>(
    stream: S,
    target: &Target,
    call: &Call<'_>,
    deadline: Instant,
) -> Result<(u16, Vec<u8>), SendError>
where
    S: AsyncRead + AsyncWrite + Send + Unpin + 'static,
{
    let handshake = http1::Builder::new()
        .max_buf_size(HEADER_BYTES)
        .handshake(TokioIo::new(stream))
        .await;
    let (mut sender, connection) = handshake.map_err(|_| SendError::Http)?;
    let request = request(target, call)?;
    let most = call.answer_bytes;
    let mut exchange = std::pin::pin!(async move {
        let answer = sender.send_request(request).await;
        let answer = answer.map_err(|_| SendError::Http)?;
        Ok(read(answer, most, deadline.min(Instant::now() + BODY_LIMIT)).await)
    });
    // The connection moves only while it is polled. It may end with the answer still to be read.
    tokio::select! {
        biased;
        answer = &mut exchange => return answer,
        _ = connection => {}
    }
    exchange.await
}

fn request(target: &Target, call: &Call<'_>) -> Result<Request<Full<Bytes>>, SendError> {
    let url = target.url();
    let host = &url[Position::BeforeHost..Position::AfterPort];
    let mut request = Request::builder()
        .method(Method::POST)
        .uri(&url[Position::BeforePath..Position::AfterQuery])
        .header(HOST, host)
        .header(CONNECTION, "close")
        .header(CONTENT_TYPE, call.content_type)
        .header(
            USER_AGENT,
            concat!("viral-engine/", env!("CARGO_PKG_VERSION"), " webhooks"),
        );
    for (name, value) in call.headers {
        request = request.header(*name, *value);
    }
    request
        .body(Full::new(call.body.clone()))
        .map_err(|_| SendError::Http)
}

/// Status and begin of the body. A body that breaks off or drags on after the status changes nothing: the receiver has
/// decided.
async fn read(answer: Response<Incoming>, most: usize, deadline: Instant) -> (u16, Vec<u8>) {
    let status = answer.status().as_u16();
    let mut read = Vec::new();
    let reading = read_begin(answer.into_body(), most, &mut read);
    // What has been read by then is kept.
    let _ = timeout_at(deadline, reading).await;
    (status, read)
}

async fn read_begin(mut body: Incoming, most: usize, read: &mut Vec<u8>) {
    while read.len() < most {
        let Some(Ok(frame)) = body.frame().await else {
            break;
        };
        if let Some(data) = frame.data_ref() {
            let room = most - read.len();
            read.extend(data.iter().take(room));
        }
    }
}

/// The text as operators may see it: without what identifies people, and without what a terminal would obey.
pub(super) fn shown(bytes: &[u8]) -> String {
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

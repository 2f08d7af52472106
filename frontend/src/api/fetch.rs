//! One HTTP exchange through the browser's `fetch`.

use js_sys::Uint8Array;
use leptos::prelude::window;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{RequestCache, RequestCredentials, RequestInit, Response};

/// `accept` of a request for a file.
pub const ANY_FILE: &str = "*/*";

/// What is sent.
#[derive(Clone)]
pub struct Request {
    /// Method.
    pub method: &'static str,
    /// Path and query.
    pub url: String,
    /// Headers besides those of the body.
    pub headers: Vec<(&'static str, String)>,
    /// JSON.
    pub body: Option<String>,
}

/// What came back.
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Body, as text.
    pub body: String,
    /// Body, of a file that was asked for.
    pub bytes: Vec<u8>,
    /// `ETag`.
    pub etag: Option<String>,
    /// `X-Request-Id`.
    pub request_id: Option<String>,
    /// `Retry-After` in seconds.
    pub retry_after: Option<i64>,
}

/// There was no answer.
pub struct NoAnswer;

impl From<JsValue> for NoAnswer {
    fn from(_: JsValue) -> Self {
        Self
    }
}

/// Sends a request and reads the whole answer.
pub async fn exchange(request: &Request) -> Result<Answer, NoAnswer> {
    let options = RequestInit::new();
    options.set_method(request.method);
    options.set_credentials(RequestCredentials::SameOrigin);
    options.set_cache(RequestCache::NoStore);
    let sent = web_sys::Request::new_with_str_and_init(&request.url, &{
        if let Some(body) = &request.body {
            options.set_body(&JsValue::from_str(body));
        }
        options
    })?;
    sent.headers().set("accept", "application/json")?;
    if request.body.is_some() {
        sent.headers().set("content-type", "application/json")?;
    }
    for (name, value) in &request.headers {
        sent.headers().set(name, value)?;
    }
    let response: Response = JsFuture::from(window().fetch_with_request(&sent))
        .await?
        .dyn_into()
        .map_err(|_| NoAnswer)?;
    let header = |name: &str| response.headers().get(name).ok().flatten();
    let is_file = response.ok() && request.headers.iter().any(|(_, value)| value == ANY_FILE);
    let (body, bytes) = match is_file {
        true => (String::new(), bytes_of(&response).await?),
        false => (text_of(&response).await?, Vec::new()),
    };
    Ok(Answer {
        status: response.status(),
        etag: header("etag"),
        request_id: header("x-request-id"),
        retry_after: header("retry-after").and_then(|seconds| seconds.parse().ok()),
        body,
        bytes,
    })
}

async fn text_of(response: &Response) -> Result<String, NoAnswer> {
    let text = JsFuture::from(response.text()?).await?;
    Ok(text.as_string().unwrap_or_default())
}

async fn bytes_of(response: &Response) -> Result<Vec<u8>, NoAnswer> {
    let buffer = JsFuture::from(response.array_buffer()?).await?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

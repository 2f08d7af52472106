//! A client of the app under test: it signs its requests and checks every answer against the OpenAPI document.

use std::collections::BTreeMap;
use std::sync::Mutex;

use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, RequestBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::contract;

/// A client with an API key, a browser session, or nothing.
pub struct TestClient {
    http: reqwest::Client,
    base_url: String,
    headers: HeaderMap,
    /// A browser's cookies. The jar of the library would not send `Secure` ones over plain HTTP.
    cookies: Mutex<BTreeMap<String, String>>,
}

/// A checked answer.
#[derive(Debug)]
pub struct Answer {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: Vec<u8>,
}

impl TestClient {
    /// A client without credentials.
    ///
    /// # Panics
    /// When the library refuses to build one.
    pub fn new(base_url: &str) -> Self {
        let http = reqwest::Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .build()
            .expect("a client");
        Self {
            http,
            base_url: base_url.to_owned(),
            headers: HeaderMap::new(),
            cookies: Mutex::default(),
        }
    }

    /// The same client with a header on every request.
    ///
    /// # Panics
    /// When it is not a header.
    #[must_use]
    pub fn with_header(mut self, name: &str, value: &str) -> Self {
        self.headers.insert(
            HeaderName::try_from(name).expect("a header's name"),
            HeaderValue::try_from(value).expect("a header's value"),
        );
        self
    }

    /// The same client without a header.
    #[must_use]
    pub fn without_header(mut self, name: &str) -> Self {
        self.headers.remove(name);
        self
    }

    /// Puts a cookie into the jar.
    ///
    /// # Panics
    /// When another thread panicked with the jar.
    pub fn set_cookie(&self, name: &str, value: &str) {
        let mut cookies = self.cookies.lock().expect("the jar");
        cookies.insert(name.to_owned(), value.to_owned());
    }

    /// A cookie of the jar.
    ///
    /// # Panics
    /// As [`TestClient::set_cookie`].
    pub fn cookie(&self, name: &str) -> Option<String> {
        self.cookies.lock().expect("the jar").get(name).cloned()
    }

    /// GET.
    pub async fn get(&self, path: &str) -> Answer {
        self.send(self.request(Method::GET, path)).await
    }

    /// HEAD.
    pub async fn head(&self, path: &str) -> Answer {
        self.send(self.request(Method::HEAD, path)).await
    }

    /// POST with a JSON body.
    pub async fn post(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::POST, path).json(body)).await
    }

    /// PUT with a JSON body.
    pub async fn put(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PUT, path).json(body)).await
    }

    /// PATCH with a JSON body.
    pub async fn patch(&self, path: &str, body: &impl Serialize) -> Answer {
        self.send(self.request(Method::PATCH, path).json(body))
            .await
    }

    /// DELETE.
    pub async fn delete(&self, path: &str) -> Answer {
        self.send(self.request(Method::DELETE, path)).await
    }

    /// A request to be completed and given to [`TestClient::send`].
    pub fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let url = format!("{}{path}", self.base_url);
        self.http.request(method, url).headers(self.headers.clone())
    }

    /// Sends a request, keeps the answer's cookies and checks it against the OpenAPI document.
    ///
    /// # Panics
    /// When the app does not answer, or answers what the document does not say.
    pub async fn send(&self, request: RequestBuilder) -> Answer {
        let jar = self.cookie_header();
        let request = match jar {
            Some(jar) => request.header("cookie", jar),
            None => request,
        };
        let (http, request) = request.build_split();
        let request = request.expect("a request");
        let (method, path) = (request.method().clone(), request.url().path().to_owned());
        let response = http.execute(request).await.expect("the app answers");
        let answer = Answer {
            status: response.status().as_u16(),
            headers: response.headers().clone(),
            body: response.bytes().await.expect("a whole body").to_vec(),
        };
        self.keep_cookies(&answer.headers);
        if method != Method::HEAD {
            let content_type = answer.header("content-type").unwrap_or_default();
            contract::check(&method, &path, answer.status, content_type, &answer.body);
        }
        answer
    }

    /// Sends a request and answers the status and, of a problem, its code, without waiting for a body that may never
    /// end.
    ///
    /// # Panics
    /// When the app does not answer.
    pub async fn status_of(&self, request: RequestBuilder) -> (u16, Option<String>) {
        let request = match self.cookie_header() {
            Some(jar) => request.header("cookie", jar),
            None => request,
        };
        let response = request.send().await.expect("the app answers");
        let status = response.status().as_u16();
        let content_type = response.headers().get("content-type");
        if content_type.is_none_or(|value| value != "application/problem+json") {
            return (status, None);
        }
        let problem: Value = response.json().await.expect("a problem");
        (status, problem["code"].as_str().map(str::to_owned))
    }

    fn cookie_header(&self) -> Option<String> {
        let cookies = self.cookies.lock().expect("the jar");
        let pairs: Vec<String> = cookies
            .iter()
            .map(|(name, value)| format!("{name}={value}"))
            .collect();
        (!pairs.is_empty()).then(|| pairs.join("; "))
    }

    fn keep_cookies(&self, headers: &HeaderMap) {
        let mut cookies = self.cookies.lock().expect("the jar");
        for header in headers.get_all("set-cookie") {
            let header = header.to_str().expect("a readable cookie");
            let (pair, attributes) = header.split_once(';').unwrap_or((header, ""));
            let (name, value) = pair.split_once('=').expect("a named cookie");
            if attributes.contains("Max-Age=0") {
                cookies.remove(name);
            } else {
                cookies.insert(name.to_owned(), value.to_owned());
            }
        }
    }
}

impl Answer {
    /// A header of the answer.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    /// The body as JSON.
    ///
    /// # Panics
    /// When it is not JSON.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body)
            .unwrap_or_else(|_| panic!("not JSON: {}", String::from_utf8_lossy(&self.body)))
    }

    /// The body as a DTO.
    ///
    /// # Panics
    /// When the status is not 2xx or the body is something else.
    pub fn read<T: DeserializeOwned>(&self) -> T {
        assert!(
            (200..300).contains(&self.status),
            "{}: {}",
            self.status,
            String::from_utf8_lossy(&self.body)
        );
        serde_json::from_slice(&self.body).expect("the DTO")
    }

    /// Checks that the answer is a problem with this status and code, and returns it.
    ///
    /// # Panics
    /// When it is anything else.
    #[track_caller]
    pub fn assert_problem(&self, status: u16, code: &str) -> Value {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body}");
        assert_eq!(
            self.header("content-type"),
            Some("application/problem+json")
        );
        let problem = self.json();
        assert_eq!(problem["code"], code, "{problem:#}");
        assert_eq!(problem["status"], status, "{problem:#}");
        problem
    }

    /// Checks the status.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn assert_status(&self, status: u16) -> &Self {
        let body = String::from_utf8_lossy(&self.body);
        assert_eq!(self.status, status, "{body}");
        self
    }
}

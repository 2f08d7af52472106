//! The client all calls go through: cookies, CSRF header, refresh, idempotency, problems.

use std::cell::RefCell;
use std::rc::Rc;

use futures_util::FutureExt;
use futures_util::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use serde::Serialize;
use serde::de::DeserializeOwned;
use viral_engine_api_types::auth::{CSRF_HEADER, Me};
use viral_engine_api_types::{ErrorCode, Problem};

use super::error::{ApiError, ApiResult};
use super::fetch::{ANY_FILE, Answer, Request, exchange};
use super::pending::PendingKeys;
use crate::browser::random;
use crate::router::Query;

type Refresh = Shared<LocalBoxFuture<'static, ApiResult<Me>>>;

/// What was read, with the tag that an update must name.
#[derive(Clone, Debug, PartialEq)]
pub struct Tagged<T> {
    /// What was read.
    pub value: T,
    /// `ETag`, for `If-Match`.
    pub etag: String,
}

/// The API of the engine, as the operator who is signed in.
#[derive(Clone, Copy)]
pub struct Api {
    /// Who is signed in, as the engine last said; its CSRF token goes with every write.
    me: RwSignal<Option<Me>>,
    refreshing: StoredValue<Rc<RefCell<Option<Refresh>>>, LocalStorage>,
    keys: StoredValue<PendingKeys, LocalStorage>,
}

/// The API of the engine.
pub fn use_api() -> Api {
    expect_context()
}

impl Api {
    /// A client that keeps who is signed in in `me`.
    pub fn new(me: RwSignal<Option<Me>>) -> Self {
        Self {
            me,
            refreshing: StoredValue::new_local(Rc::default()),
            keys: StoredValue::new_local(PendingKeys::default()),
        }
    }

    /// Reads.
    pub async fn get<T: DeserializeOwned>(&self, path: &str, query: &Query) -> ApiResult<T> {
        read(&self.send("GET", query.on(path), None, &[]).await?)
    }

    /// Reads with the tag that an update must name.
    pub async fn get_tagged<T: DeserializeOwned>(&self, path: &str) -> ApiResult<Tagged<T>> {
        tagged(&self.send("GET", path.to_owned(), None, &[]).await?)
    }

    /// Reads a file.
    pub async fn get_bytes(&self, path: &str) -> ApiResult<Vec<u8>> {
        let headers = [("accept", ANY_FILE.to_owned())];
        Ok(self
            .send("GET", path.to_owned(), None, &headers)
            .await?
            .bytes)
    }

    /// Creates. Sent again after a lost answer, it is the same creation.
    pub async fn create<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> ApiResult<T> {
        read(&self.send_creation(path, write(body)?).await?)
    }

    /// Does something that is not a creation.
    pub async fn act<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> ApiResult<T> {
        read(
            &self
                .send("POST", path.to_owned(), Some(write(body)?), &[])
                .await?,
        )
    }

    /// Does something that takes no body.
    pub async fn act_plain<T: DeserializeOwned>(&self, path: &str) -> ApiResult<T> {
        read(&self.send("POST", path.to_owned(), None, &[]).await?)
    }

    /// Does something that takes no body to what was read with `etag`; fails if it has changed since.
    pub async fn act_on<T: DeserializeOwned>(&self, path: &str, etag: &str) -> ApiResult<T> {
        let headers = [("if-match", etag.to_owned())];
        read(&self.send("POST", path.to_owned(), None, &headers).await?)
    }

    /// Does something that answers nothing.
    pub async fn act_silent<B: Serialize>(&self, path: &str, body: &B) -> ApiResult<()> {
        self.send("POST", path.to_owned(), Some(write(body)?), &[])
            .await
            .map(drop)
    }

    /// Does something that neither takes nor answers anything.
    pub async fn act_bare(&self, path: &str) -> ApiResult<()> {
        self.send("POST", path.to_owned(), None, &[])
            .await
            .map(drop)
    }

    /// Changes what was read with `etag`; fails if it has changed since.
    pub async fn patch<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        etag: Option<&str>,
    ) -> ApiResult<Tagged<T>> {
        let headers: Vec<_> = etag
            .map(|etag| ("if-match", etag.to_owned()))
            .into_iter()
            .collect();
        tagged(
            &self
                .send("PATCH", path.to_owned(), Some(write(body)?), &headers)
                .await?,
        )
    }

    /// Writes a whole object at its address.
    pub async fn put<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
    ) -> ApiResult<T> {
        read(
            &self
                .send("PUT", path.to_owned(), Some(write(body)?), &[])
                .await?,
        )
    }

    /// Writes a whole object that was read with `etag`; fails if it has changed since.
    pub async fn replace<B: Serialize, T: DeserializeOwned>(
        &self,
        path: &str,
        body: &B,
        etag: &str,
    ) -> ApiResult<T> {
        let headers = [("if-match", etag.to_owned())];
        read(
            &self
                .send("PUT", path.to_owned(), Some(write(body)?), &headers)
                .await?,
        )
    }

    /// Removes.
    pub async fn delete(&self, path: &str) -> ApiResult<()> {
        self.send("DELETE", path.to_owned(), None, &[])
            .await
            .map(drop)
    }

    /// Renews the session; everybody who asks at the same time waits for the same answer.
    pub async fn refresh(&self) -> ApiResult<Me> {
        let (api, slot) = (*self, self.refreshing.get_value());
        let running = slot.borrow().clone();
        let refresh = running.unwrap_or_else(|| {
            let started = async move { api.refresh_alone().await }
                .boxed_local()
                .shared();
            *slot.borrow_mut() = Some(started.clone());
            started
        });
        let answer = refresh.await;
        *slot.borrow_mut() = None;
        answer
    }

    async fn refresh_alone(&self) -> ApiResult<Me> {
        let answer = self
            .send_once(&self.request("POST", "/v1/auth/refresh".to_owned(), None, &[]))
            .await;
        match answer.and_then(|answer| read::<Me>(&answer)) {
            Ok(me) => {
                self.me.set(Some(me.clone()));
                Ok(me)
            }
            Err(error) => {
                if error
                    .code()
                    .is_some_and(|code| code.status() == 401 || code.status() == 403)
                {
                    self.me.set(None);
                }
                Err(error)
            }
        }
    }

    async fn send_creation(&self, path: &str, body: String) -> ApiResult<Answer> {
        let key = self
            .keys
            .try_update_value(|keys| keys.key_for(path, &body, || random::uuid().to_string()));
        let headers: Vec<_> = key
            .map(|key| ("idempotency-key", key))
            .into_iter()
            .collect();
        let answer = self
            .send("POST", path.to_owned(), Some(body.clone()), &headers)
            .await;
        if !matches!(&answer, Err(error) if error.is_uncertain()) {
            self.keys.update_value(|keys| keys.settle(path, &body));
        }
        answer
    }

    /// Sends, and once more when the access token has ended or the CSRF token was renewed. In a box, so that
    /// the many calls of the API share one state machine.
    fn send(
        &self,
        method: &'static str,
        url: String,
        body: Option<String>,
        headers: &[(&'static str, String)],
    ) -> LocalBoxFuture<'static, ApiResult<Answer>> {
        let (api, headers) = (*self, headers.to_vec());
        async move { api.send_patiently(method, url, body, &headers).await }.boxed_local()
    }

    async fn send_patiently(
        &self,
        method: &'static str,
        url: String,
        body: Option<String>,
        headers: &[(&'static str, String)],
    ) -> ApiResult<Answer> {
        let answer = self
            .send_once(&self.request(method, url.clone(), body.clone(), headers))
            .await;
        match answer {
            // Another tab may have renewed the token since.
            Err(error) if error.code() == Some(ErrorCode::CsrfRejected) => {
                let me: Me = self.get_once("/v1/auth/me").await?;
                self.me.set(Some(me));
                self.send_once(&self.request(method, url, body, headers))
                    .await
            }
            Err(error) if error.code() == Some(ErrorCode::Unauthenticated) => {
                self.refresh().await?;
                self.send_once(&self.request(method, url, body, headers))
                    .await
            }
            other => other,
        }
    }

    async fn get_once<T: DeserializeOwned>(&self, url: &str) -> ApiResult<T> {
        read(
            &self
                .send_once(&self.request("GET", url.to_owned(), None, &[]))
                .await?,
        )
    }

    fn request(
        &self,
        method: &'static str,
        url: String,
        body: Option<String>,
        headers: &[(&'static str, String)],
    ) -> Request {
        let mut headers = headers.to_vec();
        let token = self
            .me
            .with_untracked(|me| me.as_ref().map(|me| me.csrf_token.clone()));
        if let (true, Some(token)) = (method != "GET", token) {
            headers.push((CSRF_HEADER, token));
        }
        Request {
            method,
            url,
            headers,
            body,
        }
    }

    async fn send_once(&self, request: &Request) -> ApiResult<Answer> {
        let answer = exchange(request).await.map_err(|_| ApiError::Unreachable)?;
        if (200..300).contains(&answer.status) {
            Ok(answer)
        } else {
            Err(failure(answer))
        }
    }
}

fn failure(answer: Answer) -> ApiError {
    match serde_json::from_str::<Problem>(&answer.body) {
        Ok(problem) => ApiError::Problem {
            problem: Box::new(problem),
            retry_after: answer.retry_after,
        },
        // A proxy in between answers without a problem document when the engine is away.
        Err(_) if matches!(answer.status, 502..=504) => ApiError::Unreachable,
        Err(error) => ApiError::Unreadable {
            status: answer.status,
            reason: error.to_string(),
            request_id: answer.request_id,
        },
    }
}

fn read<T: DeserializeOwned>(answer: &Answer) -> ApiResult<T> {
    serde_json::from_str(&answer.body).map_err(|error| ApiError::Unreadable {
        status: answer.status,
        reason: error.to_string(),
        request_id: answer.request_id.clone(),
    })
}

fn tagged<T: DeserializeOwned>(answer: &Answer) -> ApiResult<Tagged<T>> {
    Ok(Tagged {
        value: read(answer)?,
        etag: answer.etag.clone().unwrap_or_default(),
    })
}

fn write<B: Serialize>(body: &B) -> ApiResult<String> {
    serde_json::to_string(body).map_err(|error| ApiError::Unreadable {
        status: 0,
        reason: error.to_string(),
        request_id: None,
    })
}

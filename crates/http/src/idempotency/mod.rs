//! The middleware of `Idempotency-Key`. It runs inside the guard, so that a replay needs the same permission as the
//! request it repeats, and keys of different callers never meet.

use actix_web::body::{MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LOCATION};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use chrono::TimeDelta;
use serde_json::{Map, Value};
use uuid::Uuid;
use viral_engine_api_types::FieldError;
use viral_engine_service::idempotency::{Decision, Ended, Request, StoredAnswer, begin, finish};
use viral_engine_service::{Context, ServiceError};

use crate::extract::{Caller, operation, read_body, state};
use crate::permissions::Replay;
use crate::problem::ApiError;

/// Header that carries the key.
pub const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Header that says that an answer is a replay.
pub const REPLAYED: HeaderName = HeaderName::from_static("idempotency-replayed");

/// A claim is taken over so long after its request must have ended.
const MARGIN: TimeDelta = TimeDelta::seconds(60);

/// Headers that belong to an answer and are kept with it.
const KEPT_HEADERS: [HeaderName; 3] = [CONTENT_TYPE, LOCATION, ETAG];

/// The middleware.
///
/// # Errors
/// As the handler.
pub async fn idempotency(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let replay = operation(request.request()).map_or(Replay::None, |operation| operation.replay);
    let caller = request
        .extensions()
        .get::<Caller>()
        .and_then(|caller| caller.actor_id());
    let key = request.headers().get(IDEMPOTENCY_KEY).cloned();
    let (Some(key), Some(caller)) = (key.filter(|_| replay != Replay::None), caller) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let state = state(request.request())?;
    let context = state.context.clone();
    let lease = TimeDelta::from_std(state.config.request_timeout).unwrap_or_default() + MARGIN;
    let claimed = match decide(&context, &mut request, caller, &key, lease).await {
        Ok(Decision::Run(claimed)) => claimed,
        Ok(Decision::Replay(answer)) => return Ok(request.into_response(answer_of(answer))),
        Err(error) => return Ok(request.error_response(error)),
    };
    let response = match next.call(request).await {
        Ok(response) => response.map_into_boxed_body(),
        Err(error) => {
            note(&context, &claimed, Ended::Refused).await;
            return Err(error);
        }
    };
    keep(&context, &claimed, replay, response).await
}

async fn decide(
    context: &Context,
    request: &mut ServiceRequest,
    caller: Uuid,
    key: &HeaderValue,
    lease: TimeDelta,
) -> Result<Decision, ApiError> {
    let key = readable(key)?;
    let target = format!("{} {}", request.method(), request.uri());
    let (http, payload) = request.parts_mut();
    let body = read_body(http, payload).await?;
    let decision = begin(context, caller, key, &target, &body, lease).await?;
    request.set_payload(Payload::from(body));
    Ok(decision)
}

fn readable(key: &HeaderValue) -> Result<&str, ApiError> {
    let visible = |text: &&str| {
        (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic())
    };
    key.to_str().ok().filter(visible).ok_or_else(|| {
        ServiceError::BadRequest(FieldError::new(
            "Idempotency-Key",
            "malformed_key",
            "Send 1 to 128 visible ASCII characters.",
        ))
        .into()
    })
}

/// Keeps an answer on its way out.
async fn keep(
    context: &Context,
    claimed: &Request,
    replay: Replay,
    response: ServiceResponse,
) -> Result<ServiceResponse, Error> {
    let status = response.status();
    if !status.is_success() {
        note(context, claimed, Ended::Refused).await;
        return Ok(response);
    }
    if replay == Replay::Secret {
        note(context, claimed, Ended::ShowedSecret(status.as_u16())).await;
        return Ok(response);
    }
    let headers = kept_headers(response.headers());
    let (http, response) = response.into_parts();
    let (response, body) = response.into_parts();
    let body = to_bytes(body).await.map_err(|error| {
        ApiError(ServiceError::Internal(format!(
            "unreadable answer: {error}"
        )))
    })?;
    let answer = StoredAnswer {
        status: status.as_u16(),
        headers,
        body: body.to_vec(),
    };
    note(context, claimed, Ended::Succeeded(answer)).await;
    let response = response.set_body(body).map_into_boxed_body();
    Ok(ServiceResponse::new(http, response))
}

/// What was done is done: that it could not be noted is logged and does not spoil the answer.
async fn note(context: &Context, claimed: &Request, ended: Ended) {
    if let Err(error) = finish(context, claimed, ended).await {
        tracing::warn!(%error, "the end of an idempotent request was not noted");
    }
}

fn kept_headers(headers: &HeaderMap) -> Value {
    let kept = KEPT_HEADERS.iter().filter_map(|name| {
        let value = headers.get(name)?.to_str().ok()?;
        Some((name.to_string(), Value::from(value)))
    });
    Value::Object(kept.collect::<Map<String, Value>>())
}

fn answer_of(answer: StoredAnswer) -> HttpResponse {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = HttpResponse::build(status);
    for name in KEPT_HEADERS {
        let value = answer.headers.get(name.as_str()).and_then(Value::as_str);
        if let Some(value) = value.and_then(|value| HeaderValue::from_str(value).ok()) {
            response.insert_header((name, value));
        }
    }
    response.insert_header((REPLAYED, HeaderValue::from_static("true")));
    response.body(answer.body)
}

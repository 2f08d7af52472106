//! Lets a request through to its handler: known operation, room for it, an allowed caller, within its rate, and no
//! query parameter that the operation does not declare.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{ALLOW, HeaderValue};
use actix_web::middleware::Next;
use actix_web::{Error, HttpMessage, HttpResponse};
use viral_engine_api_types::ErrorCode;
use viral_engine_service::ServiceError;
use viral_engine_service::caller::Identity;

use crate::extract::query::refuse_unknown;
use crate::extract::{Caller, Client, CurrentOperation, state};
use crate::middleware::authenticate::authorise;
use crate::middleware::in_flight::Class;
use crate::middleware::rate_limit::{Allowance, Subject};
use crate::operations::Found;
use crate::permissions::Operation;
use crate::problem::ApiError;
use crate::state::AppState;

/// Operations behind links that people pass on: mail programs and networks add parameters of their own to them.
/// So do providers of verifications to the address that guardians come back to.
const PASSED_ON: [&str; 8] = [
    "ask_unsubscribe",
    "unsubscribe",
    "show_recaps",
    "choose_recaps",
    "show_return_page",
    "show_consent_page",
    "show_consent_form",
    "show_data_page",
];

/// The middleware.
///
/// # Errors
/// As the handler.
pub async fn guard(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse, Error> {
    let state = state(request.request())?.clone();
    let (operation, parameters) = match state
        .operations
        .find(request.method(), request.match_info().as_str())
    {
        Found::Operation {
            operation,
            parameters,
            ..
        } => (Some(operation), Some(parameters)),
        Found::WrongMethod(methods) => {
            let response = wrong_method(&methods);
            return Ok(request.into_response(response));
        }
        Found::Denied => return Ok(request.error_response(no_such_route())),
        Found::Nothing if is_api(request.match_info().as_str()) => {
            return Ok(request.error_response(no_such_route()));
        }
        Found::Nothing => (None, None),
    };
    let class = Class::of(operation, request.headers());
    let Some(_entered) = state.in_flight.enter(class) else {
        metrics::counter!("http_requests_shed_total").increment(1);
        let error = ServiceError::Unavailable("too many requests in flight".to_owned());
        return Ok(request.error_response(ApiError(error)));
    };
    let (allowance, admitted) = match operation {
        Some(operation) => admit(&state, &request, operation).await,
        None => (None, Ok(())),
    };
    let is_passed_on = operation.is_some_and(|operation| PASSED_ON.contains(&operation.id));
    let admitted = admitted.and_then(|()| match parameters {
        Some(parameters) if !is_passed_on => {
            Ok(refuse_unknown(request.query_string(), parameters)?)
        }
        _ => Ok(()),
    });
    let mut response = match admitted {
        Ok(()) => next.call(request).await?.map_into_boxed_body(),
        Err(error) => request.error_response(error),
    };
    if let Some(allowance) = allowance {
        allowance.write(response.headers_mut());
    }
    Ok(response)
}

/// Checks who asks and how often; leaves operation and caller for the handler.
async fn admit(
    state: &AppState,
    request: &ServiceRequest,
    operation: &'static Operation,
) -> (Option<Allowance>, Result<(), ApiError>) {
    request.extensions_mut().insert(CurrentOperation(operation));
    if matches!(
        operation.id,
        "follow_link" | "get_liveness" | "get_readiness"
    ) {
        // A click is never refused for its rate: the classifier and the guardrails judge it.
        return (None, Ok(()));
    }
    let client = match Client::of(request.request()) {
        Ok(client) => client,
        Err(error) => return (None, Err(error)),
    };
    let identity = authorise(&state.context, request.request(), operation.access).await;
    let subject = match &identity {
        Ok(Some(Identity::ApiKey { id, .. })) => Subject::Key(id.0),
        // A refused caller counts too: guessing keys is limited by address.
        _ => Subject::address(client.ip),
    };
    let (allowance, within_rate) = state.rate_limits.check(subject);
    let admitted = within_rate.map_err(ApiError).and_then(|()| {
        if let Some(identity) = identity? {
            request
                .extensions_mut()
                .insert(Caller(viral_engine_service::Caller {
                    identity,
                    ip_prefix: Some(client.ip_prefix()),
                    request_id: Some(client.request_id),
                }));
        }
        Ok(())
    });
    (Some(allowance), admitted)
}

fn is_api(path: &str) -> bool {
    ["/v1", "/l", "/u"].iter().any(|prefix| {
        path.strip_prefix(prefix)
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    })
}

fn no_such_route() -> ApiError {
    ApiError::new(ErrorCode::NotFound, "There is no such route.")
}

fn wrong_method(methods: &[&Method]) -> HttpResponse {
    let names: Vec<&str> = methods.iter().map(|method| method.as_str()).collect();
    let allow = names.join(", ");
    let error = ApiError::new(
        ErrorCode::MethodNotAllowed,
        format!("This route answers {allow}."),
    );
    let mut response = HttpResponse::from_error(error);
    if let Ok(value) = HeaderValue::from_str(&allow) {
        response.headers_mut().insert(ALLOW, value);
    }
    response
}

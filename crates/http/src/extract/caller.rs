//! `Caller`: who asks, already allowed to.

use std::future::{Ready, ready};
use std::ops::Deref;

use actix_web::dev::Payload;
use actix_web::{FromRequest, HttpMessage, HttpRequest};
use viral_engine_service::ServiceError;

use crate::extract::operation;
use crate::problem::ApiError;

/// Who asks. The middleware has checked that the caller may call this operation.
#[derive(Clone, Debug)]
pub struct Caller(pub viral_engine_service::Caller);

impl Deref for Caller {
    type Target = viral_engine_service::Caller;

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl FromRequest for Caller {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(of(request))
    }
}

fn of(request: &HttpRequest) -> Result<Caller, ApiError> {
    // The permission was checked for the operation that the middleware found. Should the router have chosen
    // another handler, nothing may be answered.
    let checked = operation(request).map(|operation| operation.id);
    if checked.is_none() || checked != request.match_name() {
        return Err(ServiceError::Internal(format!(
            "{checked:?} was checked, but {:?} was routed to",
            request.match_name()
        ))
        .into());
    }
    request
        .extensions()
        .get::<Caller>()
        .cloned()
        .ok_or_else(|| ServiceError::Unauthenticated("sign in or send an API key").into())
}

//! What handlers take in. Each extractor refuses what it can not read, with the field at fault.

pub mod body;
pub mod caller;
pub mod client;
pub mod if_match;
pub mod json;
pub mod path;
pub mod query;
mod strict;

pub use body::{Body, Fields, Unchecked, read_body};
pub use caller::Caller;
pub use client::Client;
pub use if_match::{IfMatch, OptionalIfMatch};
pub use path::{ExternalId, PathId, PathName};
pub use query::Query;

use actix_web::web::Data;
use actix_web::{HttpMessage, HttpRequest};
use viral_engine_service::ServiceError;

use crate::permissions::Operation;
use crate::problem::ApiError;
use crate::state::AppState;

/// The operation that the middleware found for a request.
#[derive(Clone, Copy, Debug)]
pub struct CurrentOperation(pub &'static Operation);

/// The operation of this request.
pub fn operation(request: &HttpRequest) -> Option<&'static Operation> {
    request
        .extensions()
        .get::<CurrentOperation>()
        .map(|current| current.0)
}

/// The shared state.
///
/// # Errors
/// Internal, when the app was built without it.
pub fn state(request: &HttpRequest) -> Result<&AppState, ApiError> {
    request
        .app_data::<Data<AppState>>()
        .map(Data::get_ref)
        .ok_or_else(|| ServiceError::Internal("the app has no state".to_owned()).into())
}

//! `If-Match`: the version a change was made from.

use std::future::{Ready, ready};

use actix_web::dev::Payload;
use actix_web::http::header::IF_MATCH;
use actix_web::{FromRequest, HttpRequest};
use viral_engine_api_types::{ErrorCode, FieldError};
use viral_engine_service::users::Expected;
use viral_engine_service::{ServiceError, ServiceResult};

use crate::problem::ApiError;

/// The required `If-Match` header: one strong ETag, or `*` for whatever version there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum IfMatch {
    /// Any version.
    Any,
    /// This version, without its quotes.
    Tag(String),
}

impl IfMatch {
    /// The number of the version, or `None` for any.
    ///
    /// # Errors
    /// [`ServiceError::PreconditionFailed`] when the tag is not a version number: it can match nothing.
    pub fn version(&self) -> ServiceResult<Option<i64>> {
        match self {
            Self::Any => Ok(None),
            Self::Tag(tag) => tag
                .parse()
                .map(Some)
                .map_err(|_| ServiceError::PreconditionFailed),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if text == "*" {
            return Some(Self::Any);
        }
        let tag = text.strip_prefix('"')?.strip_suffix('"')?;
        let character = |byte| matches!(byte, b'!' | b'#'..=b'~');
        let fits = (1..=128).contains(&tag.len()) && tag.bytes().all(character);
        fits.then(|| Self::Tag(tag.to_owned()))
    }
}

/// The `If-Match` header of a write that also creates: absent, it holds whatever there is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptionalIfMatch(Option<IfMatch>);

impl OptionalIfMatch {
    /// The number of the version that was read; `None` for any, or none.
    ///
    /// # Errors
    /// As [`IfMatch::version`].
    pub fn version(&self) -> ServiceResult<Option<i64>> {
        self.0.as_ref().map_or(Ok(None), IfMatch::version)
    }

    /// What the user must be for the write to happen.
    ///
    /// # Errors
    /// As [`IfMatch::version`].
    pub fn expected(&self) -> ServiceResult<Expected> {
        let Some(if_match) = &self.0 else {
            return Ok(Expected::Anything);
        };
        Ok(match if_match.version()? {
            Some(version) => Expected::Version(version),
            None => Expected::Something,
        })
    }
}

impl FromRequest for OptionalIfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, payload: &mut Payload) -> Self::Future {
        if request.headers().contains_key(IF_MATCH) {
            let read = IfMatch::from_request(request, payload).into_inner();
            return ready(read.map(|if_match| Self(Some(if_match))));
        }
        ready(Ok(Self(None)))
    }
}

impl FromRequest for IfMatch {
    type Error = ApiError;
    type Future = Ready<Result<Self, ApiError>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let Some(header) = request.headers().get(IF_MATCH) else {
            return ready(Err(ApiError::new(
                ErrorCode::PreconditionRequired,
                "Read the object first and send its ETag as If-Match.",
            )));
        };
        let parsed = header.to_str().ok().and_then(Self::parse);
        ready(parsed.ok_or_else(|| {
            ServiceError::BadRequest(FieldError::new(
                "If-Match",
                "malformed_etag",
                "Send one ETag with its quotes, as it was answered.",
            ))
            .into()
        }))
    }
}

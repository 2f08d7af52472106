//! What a use case answers when it can not do what was asked.

use viral_engine_api_types::permissions::Permission;
use viral_engine_api_types::{ErrorCode, FieldError, Problem};
use viral_engine_db::DbError;

/// Result of a use case.
pub type ServiceResult<T> = Result<T, ServiceError>;

/// Why a use case did not do what was asked. `http` maps each to problem+json.
#[derive(Debug, thiserror::Error)]
pub enum ServiceError {
    /// Fields at fault.
    #[error("some fields are not valid")]
    Invalid(Vec<FieldError>),
    /// A query parameter or header at fault.
    #[error("{}", .0.detail)]
    BadRequest(FieldError),
    /// Fields of the body that could not be read at all, and others at fault.
    #[error("{}", details(.0))]
    MalformedBody(Vec<FieldError>),
    /// Nobody is signed in, or the credential is not valid.
    #[error("{0}")]
    Unauthenticated(&'static str),
    /// Wrong email or password.
    #[error("email or password is wrong")]
    InvalidCredentials,
    /// The caller lacks a permission.
    #[error("this needs {}", .permission.as_str())]
    Forbidden {
        /// The permission that is missing.
        permission: Permission,
    },
    /// No such object.
    #[error("there is no such {0}")]
    NotFound(&'static str),
    /// The object's state does not allow it.
    #[error("{0}")]
    Conflict(String),
    /// The object has changed since it was read.
    #[error("the object has changed since it was read: read it again")]
    PreconditionFailed,
    /// Another stable code.
    #[error("{detail}")]
    Coded {
        /// The code.
        code: ErrorCode,
        /// What to do.
        detail: String,
    },
    /// Too many requests; try again after so many seconds.
    #[error("too many requests: try again in {retry_after_seconds} s")]
    RateLimited {
        /// Seconds to wait.
        retry_after_seconds: u64,
    },
    /// The database can not be reached, or a queue is full.
    #[error("not available: {0}")]
    Unavailable(String),
    /// A fault of ours. The text goes to the log, never to the caller.
    #[error("{0}")]
    Internal(String),
}

fn details(faults: &[FieldError]) -> String {
    let details: Vec<&str> = faults.iter().map(|fault| fault.detail.as_str()).collect();
    details.join(" ")
}

impl ServiceError {
    /// One field at fault.
    pub fn field(
        pointer: impl Into<String>,
        code: impl Into<String>,
        detail: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![FieldError::new(pointer, code, detail)])
    }

    /// The stable code.
    pub fn code(&self) -> ErrorCode {
        match self {
            Self::Invalid(_) => ErrorCode::ValidationFailed,
            Self::BadRequest(_) => ErrorCode::MalformedRequest,
            Self::MalformedBody(_) => ErrorCode::MalformedBody,
            Self::Unauthenticated(_) => ErrorCode::Unauthenticated,
            Self::InvalidCredentials => ErrorCode::InvalidCredentials,
            Self::Forbidden { .. } => ErrorCode::Forbidden,
            Self::NotFound(_) => ErrorCode::NotFound,
            Self::Conflict(_) => ErrorCode::Conflict,
            Self::PreconditionFailed => ErrorCode::PreconditionFailed,
            Self::Coded { code, .. } => *code,
            Self::RateLimited { .. } => ErrorCode::RateLimited,
            Self::Unavailable(_) => ErrorCode::Unavailable,
            Self::Internal(_) => ErrorCode::Internal,
        }
    }

    /// The problem to answer with. What went wrong inside stays inside: it names neither SQL nor hosts.
    pub fn problem(&self, instance: &str, request_id: &str) -> Problem {
        let code = self.code();
        let errors = match self {
            Self::Invalid(errors) | Self::MalformedBody(errors) => errors.clone(),
            Self::BadRequest(error) => vec![error.clone()],
            _ => Vec::new(),
        };
        let detail = match self {
            Self::Internal(_) => {
                "Try again later, and name the request id when asking for help.".to_owned()
            }
            Self::Unavailable(_) => "Try again in a few seconds.".to_owned(),
            // Said in full where it arises; it may begin with the name of a parameter.
            Self::BadRequest(field) => field.detail.clone(),
            Self::MalformedBody(fields) => match fields.as_slice() {
                [field] => field.detail.clone(),
                _ => "Some fields could not be read or are not valid.".to_owned(),
            },
            other => sentence(&other.to_string()),
        };
        Problem {
            problem_type: format!("/docs/errors#{}", code.as_str()),
            title: code.title().to_owned(),
            status: code.status(),
            detail,
            instance: instance.to_owned(),
            code,
            errors,
            request_id: request_id.to_owned(),
        }
    }
}

/// An error's text as a sentence for people.
fn sentence(text: &str) -> String {
    let mut chars = text.chars();
    let mut sentence: String = chars
        .next()
        .into_iter()
        .flat_map(char::to_uppercase)
        .chain(chars)
        .collect();
    if !sentence.ends_with(['.', '!', '?']) {
        sentence.push('.');
    }
    sentence
}

impl From<DbError> for ServiceError {
    fn from(error: DbError) -> Self {
        match error {
            DbError::Unavailable(detail) => Self::Unavailable(detail),
            other => Self::Internal(other.to_string()),
        }
    }
}

// Lets `?` work inside `conn.transaction`, whose own begin and commit can fail.
impl From<diesel::result::Error> for ServiceError {
    fn from(error: diesel::result::Error) -> Self {
        DbError::from(error).into()
    }
}

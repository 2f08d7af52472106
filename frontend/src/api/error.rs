//! What can go wrong between the app and the engine, said so that an operator knows what to do.

use viral_engine_api_types::{ErrorCode, Problem};

use crate::i18n::text;

/// The answer of a call, or why there is none.
pub type ApiResult<T> = Result<T, ApiError>;

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, thiserror::Error)]
pub enum ApiError {
    /// The engine said no.
    #[error("{} ({})", .problem.title, .problem.request_id)]
    Problem {
        /// Why.
        problem: Box<Problem>,
        /// Seconds after which another try makes sense.
        retry_after: Option<i64>,
    },
    /// There was no answer.
    #[error("no answer")]
    Unreachable,
    /// The answer is not what the app understands.
    #[error("unreadable answer: {reason}")]
    Unreadable {
        /// HTTP status.
        status: u16,
        /// What the reader stumbled over.
        reason: String,
        /// Id of the request.
        request_id: Option<String>,
    },
}

impl ApiError {
    /// The engine's stable code, when the engine answered.
    pub fn code(&self) -> Option<ErrorCode> {
        match self {
            Self::Problem { problem, .. } => Some(problem.code),
            Self::Unreachable | Self::Unreadable { .. } => None,
        }
    }

    /// What happened, in a few words.
    pub fn title(&self) -> String {
        match self {
            Self::Problem { problem, .. } => problem.title.clone(),
            Self::Unreachable => text().states.offline_title.to_owned(),
            Self::Unreadable { .. } => text().states.unreadable_title.to_owned(),
        }
    }

    /// What to do about it.
    pub fn detail(&self) -> String {
        let states = &text().states;
        match self {
            Self::Problem { problem, .. } if problem.code == ErrorCode::Forbidden => {
                states.forbidden_detail.to_owned()
            }
            Self::Problem {
                problem,
                retry_after: Some(seconds),
            } => {
                format!("{} {}", problem.detail, (states.retry_after)(*seconds))
            }
            Self::Problem { problem, .. } => problem.detail.clone(),
            Self::Unreachable => states.offline_detail.to_owned(),
            Self::Unreadable { .. } => states.unreadable_detail.to_owned(),
        }
    }

    /// The id to name when asking for help.
    pub fn request_id(&self) -> Option<String> {
        match self {
            Self::Problem { problem, .. } => {
                Some(problem.request_id.clone()).filter(|id| !id.is_empty())
            }
            Self::Unreachable => None,
            Self::Unreadable { request_id, .. } => request_id.clone(),
        }
    }

    /// What is wrong with the field at a JSON pointer such as `/email`.
    pub fn field(&self, pointer: &str) -> Option<String> {
        match self {
            Self::Problem { problem, .. } => problem
                .errors
                .iter()
                .find(|error| error.pointer == pointer)
                .map(|error| error.detail.clone()),
            Self::Unreachable | Self::Unreadable { .. } => None,
        }
    }

    /// What is wrong with each field, when the fields are at fault.
    pub fn field_details(&self) -> Vec<String> {
        match self {
            Self::Problem { problem, .. } => problem
                .errors
                .iter()
                .map(|error| error.detail.clone())
                .collect(),
            Self::Unreachable | Self::Unreadable { .. } => Vec::new(),
        }
    }

    /// Whether the engine may have done what was asked although no answer tells so.
    pub fn is_uncertain(&self) -> bool {
        match self {
            Self::Problem { problem, .. } => {
                problem.status >= 500 || problem.code == ErrorCode::IdempotencyInFlight
            }
            Self::Unreachable => true,
            Self::Unreadable { status, .. } => *status >= 500,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use viral_engine_api_types::FieldError;

    fn problem(code: ErrorCode, errors: Vec<FieldError>) -> ApiError {
        ApiError::Problem {
            problem: Box::new(Problem {
                problem_type: String::new(),
                title: code.title().to_owned(),
                status: code.status(),
                detail: "Give a name.".to_owned(),
                instance: "/v1/x".to_owned(),
                code,
                errors,
                request_id: "r-1".to_owned(),
            }),
            retry_after: None,
        }
    }

    #[test]
    fn a_field_finds_its_own_fault() {
        let error = problem(
            ErrorCode::ValidationFailed,
            vec![FieldError::new("/name", "length", "Give a name.")],
        );
        assert_eq!(error.field("/name").as_deref(), Some("Give a name."));
        assert_eq!(error.field("/email"), None);
    }

    #[test]
    fn only_lost_answers_are_uncertain() {
        assert!(ApiError::Unreachable.is_uncertain());
        assert!(problem(ErrorCode::Internal, vec![]).is_uncertain());
        assert!(!problem(ErrorCode::ValidationFailed, vec![]).is_uncertain());
    }
}

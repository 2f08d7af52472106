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
    /// There is no such thing, as a list without it says.
    pub fn not_found() -> Self {
        Self::seen(ErrorCode::NotFound, text().frame.not_found_detail)
    }

    /// Somebody else has changed it, as what was read since says.
    pub fn changed_since() -> Self {
        Self::seen(ErrorCode::PreconditionFailed, "")
    }

    /// What the app has found out without a refusal of the engine.
    fn seen(code: ErrorCode, detail: &str) -> Self {
        Self::Problem {
            problem: Box::new(Problem {
                problem_type: String::new(),
                title: code.title().to_owned(),
                status: code.status(),
                detail: detail.to_owned(),
                instance: String::new(),
                code,
                errors: Vec::new(),
                request_id: String::new(),
            }),
            retry_after: None,
        }
    }

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
            } => with_wait(&problem.detail, (states.retry_after)(*seconds)),
            Self::Problem { problem, .. } => problem.detail.clone(),
            Self::Unreachable => states.offline_detail.to_owned(),
            Self::Unreadable { .. } => states.unreadable_detail.to_owned(),
        }
    }

    /// What to do about it, unless that only repeats what happened.
    pub fn remark(&self) -> Option<String> {
        let (title, detail) = (self.title(), self.detail());
        let repeats = detail.trim_end_matches('.').eq_ignore_ascii_case(&title);
        (!repeats && !detail.is_empty()).then_some(detail)
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

/// When to try again, once: the engine's own sentence may say it already, less well.
fn with_wait(detail: &str, wait: String) -> String {
    if detail.to_lowercase().contains("try again in") {
        wait
    } else {
        format!("{detail} {wait}")
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
    fn nothing_is_said_twice() {
        let mut wrong = problem(ErrorCode::InvalidCredentials, vec![]);
        if let ApiError::Problem { problem, .. } = &mut wrong {
            problem.detail = "Email or password is wrong.".to_owned();
        }
        assert_eq!(wrong.remark(), None);
        let named = problem(ErrorCode::ValidationFailed, vec![]);
        assert_eq!(named.remark().as_deref(), Some("Give a name."));
    }

    #[test]
    fn the_time_to_wait_is_said_once() {
        let wait = || "Try again in 1 second.".to_owned();
        let told = "Too many requests: try again in 1 s.";
        assert_eq!(with_wait(told, wait()), wait());
        assert_eq!(with_wait("Busy.", wait()), "Busy. Try again in 1 second.");
    }

    #[test]
    fn only_lost_answers_are_uncertain() {
        assert!(ApiError::Unreachable.is_uncertain());
        assert!(problem(ErrorCode::Internal, vec![]).is_uncertain());
        assert!(!problem(ErrorCode::ValidationFailed, vec![]).is_uncertain());
    }
}

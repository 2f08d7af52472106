//! One error for everything the database can answer with.

use diesel::result::{DatabaseErrorKind, Error as QueryError};

/// Result of a query function.
pub type DbResult<T> = Result<T, DbError>;

/// What went wrong between us and the database.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// No connection could be had in time, or it broke.
    #[error("the database can not be reached: {0}")]
    Unavailable(String),
    /// A named unique constraint or index was violated.
    #[error("{constraint} is violated")]
    Unique {
        /// Name of the constraint.
        constraint: String,
    },
    /// There is no such row.
    #[error("there is no such row")]
    NotFound,
    /// Transactions got into each other's way; the same again may succeed.
    #[error("the transaction has to be tried again: {0}")]
    Retry(String),
    /// Anything else; a fault of ours.
    #[error("query failed: {0}")]
    Query(QueryError),
    /// The same, on a connection outside the pool.
    #[error("statement failed: {0}")]
    Statement(String),
    /// The migrations could not be run or read.
    #[error("migration failed: {0}")]
    Migration(String),
}

impl DbError {
    /// Whether the unique constraint `name` was violated.
    pub fn violates(&self, name: &str) -> bool {
        matches!(self, Self::Unique { constraint } if constraint == name)
    }
}

impl From<QueryError> for DbError {
    fn from(error: QueryError) -> Self {
        match error {
            QueryError::NotFound => Self::NotFound,
            QueryError::DatabaseError(DatabaseErrorKind::UniqueViolation, ref info) => {
                match info.constraint_name() {
                    Some(name) => Self::Unique {
                        constraint: name.to_owned(),
                    },
                    None => Self::Query(error),
                }
            }
            QueryError::DatabaseError(DatabaseErrorKind::ClosedConnection, ref info) => {
                Self::Unavailable(info.message().to_owned())
            }
            QueryError::BrokenTransactionManager => {
                Self::Unavailable("the connection broke within a transaction".to_owned())
            }
            other => Self::Query(other),
        }
    }
}

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        use tokio_postgres::error::SqlState;
        let Some(told) = error.as_db_error() else {
            return if error.is_closed()
                || std::error::Error::source(&error)
                    .is_some_and(<dyn std::error::Error>::is::<std::io::Error>)
            {
                Self::Unavailable(error.to_string())
            } else {
                Self::Statement(error.to_string())
            };
        };
        let code = told.code();
        match code {
            &SqlState::T_R_DEADLOCK_DETECTED | &SqlState::T_R_SERIALIZATION_FAILURE => {
                Self::Retry(told.message().to_owned())
            }
            &SqlState::UNIQUE_VIOLATION => match told.constraint() {
                Some(name) => Self::Unique {
                    constraint: name.to_owned(),
                },
                None => Self::Statement(told.message().to_owned()),
            },
            // Class 57: shut down or cancelled; class 08: connection; class 53: no room or no connections left.
            _ if ["57", "08", "53"]
                .iter()
                .any(|class| code.code().starts_with(class)) =>
            {
                Self::Unavailable(told.message().to_owned())
            }
            _ => Self::Statement(format!("{} ({})", told.message(), code.code())),
        }
    }
}

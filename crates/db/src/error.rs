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
    /// Anything else; a fault of ours.
    #[error("query failed: {0}")]
    Query(QueryError),
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

//! The one number that a statement answers.

use diesel::prelude::*;
use diesel::sql_types::BigInt;

/// The answer of a statement whose only column is named `count`.
#[derive(QueryableByName)]
pub(crate) struct Count {
    #[diesel(sql_type = BigInt)]
    pub(crate) count: i64,
}

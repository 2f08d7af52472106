//! Which rows of a list to load: lists are ordered by a time and an id, newest first.

use chrono::{DateTime, Utc};
use uuid::Uuid;

/// A stretch of a list.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PageQuery {
    /// Time and id of the row at the border; it is not loaded again. `None` for the newest rows.
    pub border: Option<(DateTime<Utc>, Uuid)>,
    /// Load the rows newer than the border, from old to new, instead of the older ones.
    pub backwards: bool,
    /// Most rows.
    pub limit: i64,
}

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

impl PageQuery {
    /// The newest rows.
    #[must_use]
    pub fn newest(limit: i64) -> Self {
        Self {
            border: None,
            backwards: false,
            limit,
        }
    }

    /// The rows that are older than one.
    #[must_use]
    pub fn older_than(border: (DateTime<Utc>, Uuid), limit: i64) -> Self {
        Self {
            border: Some(border),
            ..Self::newest(limit)
        }
    }
}

/// Completes a boxed query to a page of the list that is ordered by the columns `$at` and `$id`.
///
/// The condition on the time alone is implied by the other for whoever reads it, not for the planner: it makes the border
/// a range of the index, and leaves out partitions.
macro_rules! page_of {
    ($query:expr, $page:expr, $at:expr, $id:expr) => {{
        let (query, page) = ($query.limit($page.limit), $page);
        let query = match page.border {
            None => query,
            Some((border_at, border_id)) if page.backwards => query
                .filter($at.ge(border_at))
                .filter($at.gt(border_at).or($id.gt(border_id))),
            Some((border_at, border_id)) => query
                .filter($at.le(border_at))
                .filter($at.lt(border_at).or($id.lt(border_id))),
        };
        if page.backwards {
            query.order(($at.asc(), $id.asc()))
        } else {
            query.order(($at.desc(), $id.desc()))
        }
    }};
}
pub(crate) use page_of;

//! Keyset pagination: a page and the opaque cursors that lead on and back.

use serde::{Deserialize, Serialize};

/// Items on a page when `limit` is not given.
pub const DEFAULT_LIMIT: u32 = 25;
/// Most items on a page.
pub const MAX_LIMIT: u32 = 100;

/// One page of a list in a stable order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Page<T> {
    /// The items, at most `limit`.
    pub items: Vec<T>,
    /// Pass as `cursor` for the page after this one; null on the last page.
    pub next_cursor: Option<String>,
    /// Pass as `cursor` for the page before this one; null on the first page.
    pub prev_cursor: Option<String>,
}

//! Reading a list of the engine to its end, page by page.

use std::future::Future;

use viral_engine_api_types::Page;
use viral_engine_api_types::page::MAX_LIMIT;

use super::error::ApiResult;
use crate::router::Query;

/// What was read of a list.
#[derive(Clone, Debug, PartialEq)]
pub struct All<T> {
    /// The items, in the engine's order.
    pub items: Vec<T>,
    /// Whether the list goes on after them.
    pub more: bool,
}

/// Reads at most `most` items with `load`. `go_on` is told after each page how many are here, and may say that this is
/// enough.
///
/// # Errors
/// When a page can not be read.
pub async fn all<T, F>(
    query: &Query,
    most: usize,
    load: impl Fn(Query) -> F,
    go_on: impl Fn(usize) -> bool,
) -> ApiResult<All<T>>
where
    F: Future<Output = ApiResult<Page<T>>>,
{
    let mut items = Vec::new();
    let mut cursor: Option<String> = None;
    loop {
        let asked = query
            .clone()
            .and("limit", MAX_LIMIT)
            .with("cursor", cursor.as_deref());
        let page = load(asked).await?;
        items.extend(page.items);
        cursor = page.next_cursor;
        let more = cursor.is_some() || items.len() > most;
        if !more || items.len() >= most || !go_on(items.len()) {
            items.truncate(most);
            return Ok(All { items, more });
        }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::future::ready;

    use futures_util::FutureExt;

    use super::*;

    /// A list of `count` numbers, ten a page.
    fn read(count: usize, most: usize, enough: usize) -> (All<usize>, usize) {
        let asked = RefCell::new(0);
        let load = |query: Query| {
            *asked.borrow_mut() += 1;
            let from: usize = query.get("cursor").map_or(0, |at| at.parse().unwrap());
            let to = (from + 10).min(count);
            ready(Ok(Page {
                items: (from..to).collect(),
                next_cursor: (to < count).then(|| to.to_string()),
                prev_cursor: None,
            }))
        };
        let read = all(&Query::new(), most, load, |here| here < enough)
            .now_or_never()
            .unwrap();
        (read.unwrap(), asked.into_inner())
    }

    #[test]
    fn a_list_is_read_to_its_end() {
        let (read, asked) = read(25, 100, 100);
        assert_eq!((read.items.len(), read.more, asked), (25, false, 3));
    }

    #[test]
    fn no_more_than_asked_for_is_kept() {
        let (read, asked) = read(100, 15, 100);
        assert_eq!((read.items.len(), read.more, asked), (15, true, 2));
    }

    #[test]
    fn reading_ends_when_it_is_told_to() {
        let (read, asked) = read(100, 100, 20);
        assert_eq!((read.items.len(), read.more, asked), (20, true, 2));
    }
}

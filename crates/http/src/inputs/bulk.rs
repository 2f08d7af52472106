//! Bulk calls whose items succeed or fail on their own.

use actix_web::HttpRequest;
use serde::de::DeserializeOwned;
use viral_engine_api_types::inputs::BulkItems;
use viral_engine_api_types::links::{BulkAnswer, BulkResult};
use viral_engine_service::ServiceResult;
use viral_engine_service::inputs::Items;

use crate::extract::client::request_id;
use crate::extract::json;

/// Reads every item by itself.
pub(super) fn read<T: DeserializeOwned>(body: BulkItems) -> Items<T> {
    let items = body.items.into_iter().enumerate();
    items
        .map(|(index, item)| json::from_value(item, &format!("/items/{index}")))
        .collect()
}

/// One result an item, with a problem of its own where it failed.
pub(super) fn answer<T>(request: &HttpRequest, results: Vec<ServiceResult<T>>) -> BulkAnswer<T> {
    let (path, id) = (request.path(), request_id(request));
    let succeeded = results.iter().filter(|result| result.is_ok()).count();
    let failed = results.len() - succeeded;
    let results = results
        .into_iter()
        .enumerate()
        .map(|(index, result)| match result {
            Ok(item) => BulkResult {
                index,
                item: Some(item),
                problem: None,
            },
            Err(error) => BulkResult {
                index,
                item: None,
                problem: Some(error.problem(path, &id)),
            },
        })
        .collect();
    BulkAnswer {
        succeeded,
        failed,
        results,
    }
}

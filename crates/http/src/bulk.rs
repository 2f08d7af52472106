//! Items and answers of bulk calls: each item succeeds or fails on its own, and a failure is the same problem that a call of
//! its own would have had.

use actix_web::HttpRequest;
use serde::de::DeserializeOwned;
use viral_engine_api_types::Problem;
use viral_engine_api_types::inputs::BulkItems;
use viral_engine_api_types::links::{BulkAnswer, BulkResult};
use viral_engine_service::inputs::Items;
use viral_engine_service::{ServiceError, ServiceResult};

use crate::extract::client::request_id;
use crate::extract::json;

/// Reads every item by itself.
pub fn read<T: DeserializeOwned>(body: BulkItems) -> Items<T> {
    let items = body.items.into_iter().enumerate();
    items
        .map(|(index, item)| json::from_value(item, &format!("/items/{index}")))
        .collect()
}

/// The answer for these results, in the order of the items.
pub fn answer<T>(request: &HttpRequest, results: Vec<ServiceResult<T>>) -> BulkAnswer<T> {
    let succeeded = results.iter().filter(|result| result.is_ok()).count();
    BulkAnswer {
        succeeded,
        failed: results.len() - succeeded,
        results: results
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
                    problem: Some(problem(request, &error)),
                },
            })
            .collect(),
    }
}

/// The problem of an item. Faults of ours are logged here, since the answer itself succeeds.
pub fn problem(request: &HttpRequest, error: &ServiceError) -> Problem {
    if let ServiceError::Internal(cause) = error {
        tracing::error!(cause, "an item of a bulk call failed");
    }
    error.problem(request.path(), &request_id(request))
}

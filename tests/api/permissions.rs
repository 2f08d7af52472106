//! The permission table and the OpenAPI document name the same operations.

use std::collections::BTreeSet;

use viral_engine_http::{openapi, operations, permissions};

#[test]
fn every_operation_has_a_row_in_the_permission_table() {
    let document = openapi::document();
    let described: BTreeSet<String> = document
        .paths
        .paths
        .values()
        .flat_map(|item| operations::methods(item).map(|(_, id)| id.to_owned()))
        .collect();
    let listed: BTreeSet<String> = permissions::TABLE
        .iter()
        .map(|operation| operation.id.to_owned())
        .collect();
    assert_eq!(
        listed.len(),
        permissions::TABLE.len(),
        "an operation has two rows"
    );
    let without_row: Vec<_> = described.difference(&listed).collect();
    assert!(without_row.is_empty(), "no row for {without_row:?}");
}

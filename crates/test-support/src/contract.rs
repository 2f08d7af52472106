//! Checks answers against the OpenAPI document: the operation must know the status, and the body its schema.

use std::sync::LazyLock;

use serde_json::{Value, json};
use viral_engine_http::openapi;
use viral_engine_http::operations::{Found, Operations};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(&openapi::to_json(&openapi::document())).expect("the document is JSON")
});
static OPERATIONS: LazyLock<Operations> = LazyLock::new(|| Operations::new(&openapi::document()));

/// The OpenAPI document as served.
pub fn document() -> &'static Value {
    &DOCUMENT
}

/// Checks one answer; a path that is no operation only has to answer problem+json.
///
/// # Panics
/// When the answer is not what the document says.
pub fn check(method: &reqwest::Method, path: &str, status: u16, content_type: &str, body: &[u8]) {
    let path = path.split('?').next().unwrap_or(path);
    let Found::Operation {
        operation,
        path: template,
        ..
    } = find(method, path)
    else {
        return;
    };
    let verb = method.as_str().to_lowercase();
    let responses = &DOCUMENT["paths"][template.as_ref()][verb]["responses"];
    let response = &responses[status.to_string()];
    let name = operation.id;
    assert!(
        response.is_object(),
        "{name} answered {status}, which the document does not know: {}",
        String::from_utf8_lossy(body)
    );
    let media_type = content_type.split(';').next().unwrap_or_default().trim();
    if !media_type.ends_with("/json") && !media_type.ends_with("+json") {
        return;
    }
    let schema = &response["content"][media_type]["schema"];
    assert!(
        schema.is_object(),
        "{name} answered {status} as {media_type}, which the document does not know"
    );
    let value: Value = serde_json::from_slice(body).expect("a JSON answer");
    let faults = faults(schema, &value);
    assert!(faults.is_empty(), "{name} {status}: {faults:#?}\n{value:#}");
}

/// Where a value is not what a schema of the document says.
///
/// # Panics
/// When the schema is no schema.
pub fn faults(schema: &Value, value: &Value) -> Vec<String> {
    let root = json!({ "components": DOCUMENT["components"], "allOf": [schema] });
    let validator = jsonschema::validator_for(&root).expect("the schema is valid");
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect()
}

fn find(method: &reqwest::Method, path: &str) -> Found<'static> {
    let method = method
        .as_str()
        .parse()
        .expect("a method is a method everywhere");
    OPERATIONS.find(&method, path)
}

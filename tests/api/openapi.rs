//! `openapi/openapi.json` is what the code says, and what it shows is true.

use serde_json::Value;
use viral_engine_http::openapi;
use viral_engine_test_support::contract;

#[test]
fn the_committed_document_is_the_generated_one() {
    let generated = openapi::to_json(&openapi::document());
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../openapi/openapi.json");
    if std::env::var_os("UPDATE_OPENAPI").is_some() {
        std::fs::write(path, &generated).expect("openapi.json is writable");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    assert!(
        committed == generated,
        "openapi/openapi.json is stale: run `cargo xtask openapi`"
    );
}

/// Every body that the document describes as JSON, with a name for messages.
fn json_bodies() -> Vec<(String, &'static Value)> {
    let mut bodies = Vec::new();
    let paths = contract::document()["paths"].as_object().expect("paths");
    let operations = paths
        .values()
        .flat_map(|item| item.as_object().expect("methods").values());
    for operation in operations {
        let id = operation["operationId"].as_str().expect("an id");
        let answers = operation["responses"]
            .as_object()
            .expect("responses")
            .iter();
        let answers = answers.map(|(status, answer)| (format!("{id} {status}"), answer));
        let body = operation
            .get("requestBody")
            .map(|body| (format!("{id} body"), body));
        for (name, holder) in answers.chain(body) {
            for (media_type, content) in holder["content"].as_object().into_iter().flatten() {
                if media_type.ends_with("json") {
                    bodies.push((format!("{name} {media_type}"), content));
                }
            }
        }
    }
    bodies
}

#[test]
fn every_body_shows_an_example_that_its_schema_allows() {
    let bodies = json_bodies();
    assert!(!bodies.is_empty());
    for (name, content) in bodies {
        let example = content
            .get("example")
            .unwrap_or_else(|| panic!("{name} has no example"));
        let faults = contract::faults(&content["schema"], example);
        assert!(faults.is_empty(), "{name}: {faults:#?}\n{example:#}");
    }
}

/// Every reference within a value, of the form `#/components/…`.
fn references(value: &Value) -> Vec<&str> {
    match value {
        Value::Object(members) => {
            let own = members.get("$ref").and_then(Value::as_str);
            own.into_iter()
                .chain(members.values().flat_map(references))
                .collect()
        }
        Value::Array(items) => items.iter().flat_map(references).collect(),
        _ => Vec::new(),
    }
}

#[test]
fn every_reference_leads_somewhere() {
    let document = contract::document();
    let all = references(document);
    assert!(!all.is_empty());
    for reference in all {
        let pointer = reference.trim_start_matches('#');
        assert!(
            document.pointer(pointer).is_some(),
            "{reference} leads nowhere"
        );
    }
}

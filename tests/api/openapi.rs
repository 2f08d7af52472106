//! `openapi/openapi.json` is what the code says.

use viral_engine_http::openapi;

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
        "openapi/openapi.json is stale: run `UPDATE_OPENAPI=1 cargo test -p viral-engine-tests --test api openapi`"
    );
}

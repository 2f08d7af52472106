//! The compliance report: what it says is there.

use std::path::Path;

use viral_engine_api_types::permissions::Role;
use viral_engine_domain::compliance::{CLAUSES, markdown};
use viral_engine_test_support::TestApp;

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn every_test_that_is_named_exists() {
    for clause in CLAUSES {
        for test in clause.tests {
            let (file, name) = test.split_once("::").expect("file::name");
            let code = std::fs::read_to_string(root().join(file)).unwrap_or_default();
            let lines: Vec<&str> = code.lines().map(str::trim).collect();
            let declares = |line: &&str| {
                line.strip_prefix("async ")
                    .unwrap_or(line)
                    .starts_with(&format!("fn {name}("))
            };
            let at = lines.iter().position(declares);
            let at = at.unwrap_or_else(|| panic!("{}: there is no {test}", clause.id));
            let is_test = lines[..at]
                .iter()
                .rev()
                .take_while(|line| line.starts_with("#["));
            let is_test = is_test.into_iter().any(|line| line.contains("test"));
            assert!(is_test, "{}: {test} is no test", clause.id);
        }
    }
}

#[test]
fn the_committed_report_is_what_the_table_says() {
    let path = root().join("docs/compliance.md");
    let text = markdown();
    if std::env::var_os("UPDATE_COMPLIANCE").is_some() {
        std::fs::write(&path, &text).expect("the report is writable");
    }
    let committed = std::fs::read_to_string(path).unwrap_or_default();
    let hint = "docs/compliance.md is stale: run `cargo xtask compliance`";
    assert!(committed == text, "{hint}");
}

#[tokio::test(flavor = "multi_thread")]
async fn who_may_read_consents_reads_the_report() {
    let app = TestApp::new().await;
    let report = app.operator(Role::Safety).await.get("/v1/compliance").await;
    let report = report.assert_status(200).json();
    let clauses = report["clauses"].as_array().expect("clauses");
    assert_eq!(clauses.len(), CLAUSES.len());
    assert_eq!(clauses[0]["id"], "312.4(a)");
    let viewer = app.operator(Role::Viewer).await;
    viewer.get("/v1/compliance").await.assert_status(403);
}

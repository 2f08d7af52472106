//! Who may call what: one table, the document that shows it, and what the app really answers.

use std::collections::{BTreeMap, BTreeSet};

use reqwest::Method;
use serde_json::Value;
use viral_engine_api_types::permissions::{Permission, Role};
use viral_engine_http::permissions::{Access, Operation, TABLE};
use viral_engine_test_support::{TestApp, TestClient, contract};

/// Method and path of every operation.
pub fn operations() -> BTreeMap<String, (Method, String, &'static Value)> {
    let paths = contract::document()["paths"].as_object().expect("paths");
    let mut operations = BTreeMap::new();
    for (path, item) in paths {
        for (method, described) in item.as_object().expect("methods") {
            let id = described["operationId"].as_str().expect("an id").to_owned();
            let method = method.to_uppercase().parse().expect("a method");
            let known = operations.insert(id.clone(), (method, path.clone(), described));
            assert!(known.is_none(), "{id} is the id of two operations");
        }
    }
    operations
}

#[test]
fn the_permission_table_and_the_document_name_the_same_operations() {
    let described: BTreeSet<String> = operations().into_keys().collect();
    let listed: BTreeSet<String> = TABLE.iter().map(|row| row.id.to_owned()).collect();
    assert_eq!(listed.len(), TABLE.len(), "an operation has two rows");
    assert_eq!(listed, described);
}

#[test]
fn the_document_shows_who_may_call_each_operation() {
    let operations = operations();
    for row in TABLE {
        let (_, _, described) = &operations[row.id];
        let schemes: Vec<&str> = described["security"]
            .as_array()
            .expect("security")
            .iter()
            .flat_map(|scheme| scheme.as_object().expect("a scheme").keys())
            .map(String::as_str)
            .collect();
        let permission = described["x-requires"]["permission"].as_str();
        let (expected, needed): (&[&str], _) = match row.access {
            Access::Public => (&[], None),
            Access::Operator => (&["session"], None),
            Access::Requires(needed) if needed.grantable_to_api_key() => {
                (&["api_key", "session"], Some(needed.as_str()))
            }
            Access::Requires(needed) => (&["session"], Some(needed.as_str())),
        };
        assert_eq!(schemes, expected, "{}", row.id);
        assert_eq!(permission, needed, "{}", row.id);
    }
}

#[test]
fn every_operation_is_described_for_people() {
    for (id, (_, _, described)) in operations() {
        for field in ["summary", "operationId"] {
            let text = described[field].as_str().unwrap_or_default();
            assert!(!text.is_empty(), "{id} has no {field}");
        }
        let tags = described["tags"].as_array().map_or(0, Vec::len);
        assert_eq!(tags, 1, "{id} has {tags} tags");
    }
}

/// What a caller may expect.
#[derive(Debug, PartialEq)]
enum Verdict {
    Unauthenticated,
    Forbidden,
    Let,
}

async fn ask(client: &TestClient, method: &Method, path: &str) -> Verdict {
    let path = path
        .replace("{external_id}", "nobody")
        .replace("{id}", "00000000-0000-0000-0000-000000000000")
        .replace("{key}", "nothing")
        .replace("{kind}", "nothing")
        .replace("{token}", "nothing");
    let mut request = client.request(method.clone(), &path);
    if *method != Method::GET {
        request = request.json(&serde_json::json!({}));
    }
    let (status, code) = client.status_of(request).await;
    match (status, code.as_deref()) {
        (401, Some("unauthenticated")) => Verdict::Unauthenticated,
        (403, Some("forbidden")) => Verdict::Forbidden,
        (403 | 429 | 500.., _) => panic!("{method} {path}: {status} {code:?}"),
        _ => Verdict::Let,
    }
}

/// Something that an API key with only this can not do `permission` with.
fn other_than(permission: Permission) -> Permission {
    if permission == Permission::LinksRead {
        Permission::EventsRead
    } else {
        Permission::LinksRead
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_answers_each_kind_of_caller_as_the_table_says() {
    let app = TestApp::new().await;
    let operations = operations();
    let anonymous = app.anonymous();
    let mut browsers = Vec::new();
    for role in Role::ALL {
        browsers.push((role, app.operator(role).await));
    }
    let everything = app.key(&["*"]).await;
    for row in TABLE {
        let (method, path, _) = &operations[row.id];
        let asked = ask(&anonymous, method, path).await;
        let Operation { id, access, .. } = row;
        match access {
            Access::Public => assert_ne!(asked, Verdict::Forbidden, "{id}, anonymous"),
            Access::Operator => {
                assert_eq!(asked, Verdict::Unauthenticated, "{id}, anonymous");
                assert_eq!(
                    ask(&everything, method, path).await,
                    Verdict::Forbidden,
                    "{id}, key"
                );
                for (role, browser) in &browsers {
                    assert_eq!(
                        ask(browser, method, path).await,
                        Verdict::Let,
                        "{id}, {role:?}"
                    );
                }
            }
            Access::Requires(permission) => {
                assert_eq!(asked, Verdict::Unauthenticated, "{id}, anonymous");
                for (role, browser) in &browsers {
                    let expected = if role.allows(*permission) {
                        Verdict::Let
                    } else {
                        Verdict::Forbidden
                    };
                    assert_eq!(ask(browser, method, path).await, expected, "{id}, {role:?}");
                }
                let without = app.key(&[other_than(*permission).as_str()]).await;
                assert_eq!(
                    ask(&without, method, path).await,
                    Verdict::Forbidden,
                    "{id}, key"
                );
                let expected = if permission.grantable_to_api_key() {
                    let with = app.key(&[permission.as_str()]).await;
                    assert_eq!(ask(&with, method, path).await, Verdict::Let, "{id}, key");
                    Verdict::Let
                } else {
                    Verdict::Forbidden
                };
                assert_eq!(
                    ask(&everything, method, path).await,
                    expected,
                    "{id}, key *"
                );
            }
        }
    }
}

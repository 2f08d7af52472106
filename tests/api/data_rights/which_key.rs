//! The engine does not work with a key that what is stored was not made with.

use std::sync::Arc;

use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::config::{Keys, SecretKey};
use viral_engine_service::key_store::KeyStore;
use viral_engine_service::users::{
    KeyFault, PersonalKeys, check_personal_data_key, reseal_personal_fields,
};
use viral_engine_test_support::TestApp;
use viral_engine_test_support::test_app::{ReplacedKeys, keys};

use super::keys::context;
use crate::world::number;

/// Keys of somebody who has made up another master key.
fn wrong() -> Keys {
    Keys {
        personal_data: SecretKey::new([77; 32]),
        ..keys()
    }
}

async fn check(app: &TestApp, keys: &Keys) -> Result<(), KeyFault> {
    check_personal_data_key(&context(app, keys.clone())).await
}

fn is_unknown(checked: Result<(), KeyFault>) -> bool {
    matches!(checked, Err(KeyFault::Unknown))
}

/// An app with a user who has a name.
async fn app_with_a_name() -> TestApp {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let body = json!({ "persona": "student", "name": "Ada" });
    let answer = key.put("/v1/users/s1", &body).await;
    answer.assert_status(201);
    app
}

#[tokio::test(flavor = "multi_thread")]
async fn an_installation_from_before_adopts_its_key_and_no_other() {
    let app = app_with_a_name().await;
    assert!(is_unknown(check(&app, &wrong()).await));
    let noted = "SELECT count(*) FROM installation_facts WHERE key = 'personal_data_keys'";
    let mut conn = app.db().connection().await;
    assert_eq!(number(&mut conn, noted).await, 0);
    for _ in 0..2 {
        check(&app, &keys()).await.expect("the right key");
    }
    assert_eq!(number(&mut conn, noted).await, 1);
    assert!(is_unknown(check(&app, &wrong()).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_keeps_to_its_first_key_before_there_is_anything_to_read() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let empty = |keys: Keys| Keys {
        users: Arc::new(KeyStore::new(folder.path())),
        ..keys
    };
    check(&app, &empty(keys())).await.expect("the first key");
    assert!(is_unknown(check(&app, &empty(wrong())).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn without_keys_of_users_whatever_else_is_encrypted_tells_the_key() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    let body = json!({ "url": "https://hooks.example.org/x", "description": "CRM", "event_types": ["conversion.created"] });
    admin.post("/v1/webhooks", &body).await.assert_status(201);
    let folder = tempfile::tempdir().expect("a folder");
    let empty = |keys: Keys| Keys {
        users: Arc::new(KeyStore::new(folder.path())),
        ..keys
    };
    assert!(is_unknown(check(&app, &empty(wrong())).await));
    check(&app, &empty(keys())).await.expect("the right key");
}

#[tokio::test(flavor = "multi_thread")]
async fn while_a_key_is_replaced_both_are_needed_and_afterwards_the_new_one_alone() {
    let app = app_with_a_name().await;
    let replaced = ReplacedKeys::new();
    check(&app, &replaced.former).await.expect("the first key");
    check(&app, &replaced.during).await.expect("both keys");
    assert!(is_unknown(check(&app, &replaced.after).await), "too early");
    assert!(is_unknown(check(&app, &replaced.former).await), "too late");
    let both = context(&app, replaced.during.clone());
    reseal_personal_fields(&both).await.expect("resealed");
    check(&app, &replaced.during).await.expect("still both");
    check(&app, &replaced.after).await.expect("the new key");
    assert!(is_unknown(check(&app, &replaced.former).await));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_key_that_can_not_be_told_from_the_former_one_is_refused() {
    let app = TestApp::new().await;
    let id = |keys: &Keys| PersonalKeys::of(keys).current_id().expect("an id");
    let former = keys();
    let with = |personal_data: SecretKey| Keys {
        personal_data,
        personal_data_previous: Some(former.personal_data.clone()),
        ..keys()
    };
    let mut candidates = (0..u16::MAX).map(|number| {
        let mut bytes = [0; 32];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        with(SecretKey::new(bytes))
    });
    let alike = candidates.find(|keys| id(keys) == id(&former));
    let checked = check(&app, &alike.expect("one key of 256")).await;
    assert!(matches!(checked, Err(KeyFault::Alike)));
    let same = with(former.personal_data.clone());
    check(&app, &same).await.expect("the same key twice");
}

//! What the audit trail says of guardians: who pressed what, from where, and nothing that is personal.

use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;

use super::family::Family;
use crate::world::number;

const DOCUMENT: &str = include_str!("../../../docs/audit.md");

/// The network that tests press buttons from.
const NETWORK: &str = "127.0.0.0/24";

/// Finds what the trail says of answers to requests, beside the steps of their consents.
pub const OF_REQUESTS: &str = "action=reply_to_request&object_kind=consent_request";

/// The entries that a query finds, the newest first.
pub async fn entries(family: &Family, query: &str) -> Vec<Value> {
    let admin = family.app.operator(Role::Admin).await;
    let found = admin.get(&format!("/v1/audit-entries?{query}")).await;
    let found = found.assert_status(200).json();
    found["items"].as_array().expect("items").clone()
}

/// The entry tells that this guardian did it, and from where.
pub async fn assert_pressed_by(family: &Family, guardian: &str, entry: &Value) {
    let user = family.key.get(&format!("/v1/users/{guardian}")).await;
    assert_eq!(entry["actor_kind"], "guardian", "{entry}");
    assert_eq!(entry["actor_id"], user.json()["id"], "{entry}");
    assert_eq!(entry["ip_prefix"], NETWORK, "{entry}");
}

/// None of these texts stands in the trail, and neither does who the family is.
pub async fn assert_untold(family: &Family, texts: &[&str]) {
    let all = entries(family, "limit=100").await;
    assert!(all.len() < 100, "all of them are looked at");
    let all = Value::Array(all).to_string();
    let family = ["mum@example", "dad@example", "Ada", "Lovelace"];
    for text in family.iter().chain(texts) {
        assert!(!all.contains(text), "{text} is in {all}");
    }
}

/// The secret part of a page's path.
fn token(path: &str) -> &str {
    path.trim_start_matches("/c/")
}

#[tokio::test(flavor = "multi_thread")]
async fn who_is_no_guardian_is_told_apart_from_a_guardian_who_says_no() {
    let family = Family::new().await;
    let refused = json!({ "child": "ada", "guardian": "dad", "scopes": ["core_use"] });
    family.try_ask(refused).await.assert_status(201);
    let path = family.path_in_mail("dad@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    let steps = entries(&family, "action=reply_to_request&object_kind=consent").await;
    assert_eq!(steps[0]["changes"]["to"], "denied");
    assert_pressed_by(&family, "dad", &steps[0]).await;
    assert!(entries(&family, OF_REQUESTS).await.is_empty());

    let request = family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    // The second press finds nothing to disown.
    for _ in 0..2 {
        family.press(&path, "not-mine", &[]).await;
    }
    let told = entries(&family, OF_REQUESTS).await;
    let [disowned] = told.as_slice() else {
        panic!("{told:?}");
    };
    assert_eq!(disowned["object_id"], request["id"]);
    assert_eq!(disowned["changes"], json!({ "disowned": true }));
    assert_pressed_by(&family, "mum", disowned).await;
    assert_untold(&family, &[token(&path)]).await;
}

/// How many consents the query in the docs finds, which have a proof that the trail does not know.
async fn proofs_unknown_to_the_trail(family: &Family) -> i64 {
    let (_, rest) = DOCUMENT.split_once("```sql\n").expect("a query");
    let (query, _) = rest.split_once(";\n```").expect("its end");
    let sql = format!("SELECT count(*) FROM ({query}) found");
    number(&mut *family.app.db().connection().await, &sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_proves_a_consent_stands_in_the_trail_and_a_proof_that_was_rewritten_does_not() {
    let family = Family::new().await;
    family.consented().await;
    let list = family.key.get("/v1/users/ada/consents").await.json();
    let consents = list["items"].as_array().expect("items");
    assert_eq!(consents.len(), 2);
    for consent in consents {
        let id = consent["id"].as_str().expect("an id");
        let steps = entries(&family, &format!("object_kind=consent&object_id={id}")).await;
        let (verified, others): (Vec<&Value>, Vec<&Value>) = steps
            .iter()
            .partition(|entry| entry["changes"]["event"] == "verified");
        let [verified] = verified.as_slice() else {
            panic!("{steps:?}");
        };
        let evidence = &consent["evidence"];
        let proof = json!({
            "method": "email_plus", "transaction": evidence["transaction"],
            "notice_hash": evidence["notice_sha256"], "locale": "en",
        });
        assert_eq!(verified["changes"]["evidence"], proof);
        assert_pressed_by(&family, "mum", verified).await;
        let proofs = others
            .iter()
            .filter(|entry| !entry["changes"]["evidence"].is_null());
        assert_eq!(proofs.count(), 0, "once: {others:?}");
    }
    let path = family.path_in_mail("mum@example.org", 0).await;
    assert_untold(&family, &[token(&path)]).await;

    assert_eq!(proofs_unknown_to_the_trail(&family).await, 0);
    for (index, rewritten) in [
        "evidence_transaction = 'email/another' WHERE scope = 'core_use'",
        "evidence_notice_hash = decode(repeat('07', 32), 'hex') WHERE scope = 'progress_reel_to_parent'",
    ]
    .iter()
    .enumerate()
    {
        family.run_sql(&format!("UPDATE consents SET {rewritten}")).await;
        let found = proofs_unknown_to_the_trail(&family).await;
        assert_eq!(found, index as i64 + 1, "{rewritten}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_proof_that_was_made_up_is_unknown_to_the_trail() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    assert_eq!(proofs_unknown_to_the_trail(&family).await, 1);
}

//! Signed heads and proofs, as whoever keeps them uses them.

use serde_json::json;
use viral_engine_api_types::audit::{AuditConsistency, AuditHead, AuditInclusion, AuditTrail};
use viral_engine_api_types::permissions::Role;
use viral_engine_domain::audit::{Hash, verify_consistency, verify_inclusion};
use viral_engine_service::audit::{PublicKey, SignedHead, make_audit_head, seal_audit_entries};
use viral_engine_test_support::TestApp;

use super::{findings, forge_now, record_some, with_keys};

fn hash(text: &str) -> Hash {
    hex::decode(text)
        .expect("hex")
        .try_into()
        .expect("32 bytes")
}

fn hashes(texts: &[String]) -> Vec<Hash> {
    texts.iter().map(|text| hash(text)).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_head_is_signed_on_demand_and_fetched_as_text() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 11).await;
    let answer = admin.post("/v1/audit/heads", &json!({})).await;
    answer.assert_status(201);
    let head: AuditHead = answer.read();
    assert_eq!(head.tree_size, 11);
    let location = answer.header("location").expect("a location").to_owned();
    assert_eq!(location, "/v1/audit/heads/11");

    let trail: AuditTrail = admin.get("/v1/audit").await.read();
    let key: PublicKey = trail.public_keys[0].parse().expect("a public key");
    let text = admin.get(&location).await;
    assert_eq!(
        text.header("content-type"),
        Some("text/plain; charset=utf-8")
    );
    assert_eq!(text.body, head.note.as_bytes());
    let signed: SignedHead = head.note.parse().expect("a signed head");
    assert_eq!(signed.verify([&key]), Ok(()));
    assert_eq!(signed.head().size, 11);
    assert_eq!(trail.last_head, Some(head));
    admin
        .get("/v1/audit/heads/12")
        .await
        .assert_problem(404, "not_found");
    admin
        .get("/v1/audit/heads/x")
        .await
        .assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_trail_that_has_not_grown_keeps_its_head() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 3).await;
    let sign = async || {
        admin
            .post("/v1/audit/heads", &json!({}))
            .await
            .read::<AuditHead>()
    };
    let first = sign().await;
    // The first one is told of by an entry of its own; the second covers that.
    let second = sign().await;
    assert_eq!((first.tree_size, second.tree_size), (3, 4));
    let page = admin.get("/v1/audit/heads?limit=1").await.json();
    assert_eq!(page["items"][0]["tree_size"], 4);
    let next = page["next_cursor"].as_str().expect("a next page");
    let page = admin
        .get(&format!("/v1/audit/heads?limit=1&cursor={next}"))
        .await
        .json();
    assert_eq!(page["items"][0]["tree_size"], 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_the_day_is_also_written_to_a_folder() {
    let folder = tempfile::tempdir().expect("a folder");
    let dir = folder.path().join("heads");
    let app = TestApp::with(|settings| settings.service.audit.heads_dir = Some(dir.clone())).await;
    record_some(&app, 5).await;
    make_audit_head(&app.context).await.expect("a head");
    let note = std::fs::read_to_string(dir.join("audit-head-000000000005.txt")).expect("a file");
    let kept: SignedHead = note.parse().expect("a signed head");
    assert_eq!(findings(&app.context, &[kept]).await, []);
    assert_eq!(std::fs::read_dir(&dir).expect("a folder").count(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_signed_that_is_not_the_trail_of_the_last_head() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 8).await;
    admin
        .post("/v1/audit/heads", &json!({}))
        .await
        .assert_status(201);
    record_some(&app, 3).await;
    seal_audit_entries(&app.context).await.expect("sealing");
    forge_now(
        &app,
        "UPDATE audit_leaves SET subtrees = set_byte(subtrees, 64, get_byte(subtrees, 64) # 1) WHERE seq = 7",
    )
    .await;
    let problem = admin.post("/v1/audit/heads", &json!({})).await;
    let problem = problem.assert_problem(409, "conflict");
    assert!(
        problem["detail"]
            .as_str()
            .expect("a detail")
            .contains("verify")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn proofs_hold_between_any_two_sizes() {
    let app = TestApp::new().await;
    let admin = app.operator(Role::Admin).await;
    record_some(&app, 23).await;
    seal_audit_entries(&app.context).await.expect("sealing");
    for (seq, size) in [(0, 1), (0, 23), (7, 8), (8, 23), (22, 23), (15, 17)] {
        let path = format!("/v1/audit/inclusion?seq={seq}&tree_size={size}");
        let proof: AuditInclusion = admin.get(&path).await.read();
        let (leaf, root) = (hash(&proof.leaf_hash), hash(&proof.root));
        assert!(
            verify_inclusion(&leaf, seq, size, &root, &hashes(&proof.hashes)),
            "{path}"
        );
    }
    for (from, to) in [(1, 23), (8, 23), (11, 16), (22, 23), (23, 23)] {
        let path = format!("/v1/audit/consistency?from_size={from}&to_size={to}");
        let proof: AuditConsistency = admin.get(&path).await.read();
        let (old, new) = (hash(&proof.from_root), hash(&proof.to_root));
        let holds = verify_consistency((from, &old), (to, &new), &hashes(&proof.hashes));
        assert!(holds, "{path}");
    }
    for path in [
        "/v1/audit/inclusion?seq=23",
        "/v1/audit/inclusion?seq=-1",
        "/v1/audit/inclusion?seq=0&tree_size=24",
        "/v1/audit/consistency?from_size=0",
        "/v1/audit/consistency?from_size=24",
        "/v1/audit/consistency?from_size=3&to_size=2",
    ] {
        admin
            .get(path)
            .await
            .assert_problem(400, "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn heads_of_a_former_key_hold_for_as_long_as_it_is_known() {
    let app = TestApp::new().await;
    let old = with_keys(&app.context, 1, &[]);
    let sign = async |context: &viral_engine_service::Context| {
        let caller = viral_engine_service::Caller::system();
        viral_engine_service::audit::create_audit_head(context, &caller)
            .await
            .expect("a head")
    };
    sign(&old).await;
    let new = with_keys(&app.context, 2, &[1]);
    sign(&new).await;
    assert_eq!(findings(&new, &[]).await, []);
    let forgot = with_keys(&app.context, 2, &[]);
    let found = findings(&forgot, &[]).await;
    assert!(
        found.iter().any(|it| it.fault.as_str() == "head_signature"),
        "{found:?}"
    );
}

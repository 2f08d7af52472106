//! What entries say goes after its time; that they were there, and that nobody changed them, stays provable.

use chrono::TimeDelta;
use diesel_async::RunQueryDsl;
use viral_engine_service::audit::{
    SignedHead, create_audit_head, prune_audit_entries, seal_audit_entries,
};
use viral_engine_service::{Caller, Context};
use viral_engine_test_support::TestApp;

use super::{entry_of, export, findings, findings_in, forge_now, public_keys, record_some};
use crate::world::number;

async fn short_retention() -> TestApp {
    TestApp::with(|settings| settings.service.audit.retention_days = 30).await
}

async fn night(app: &TestApp) -> i64 {
    app.clock.advance(TimeDelta::days(1));
    let pruned = prune_audit_entries(&app.context).await.expect("pruning");
    seal_audit_entries(&app.context).await.expect("sealing");
    pruned
}

async fn signed(context: &Context) -> SignedHead {
    let head = create_audit_head(context, &Caller::system()).await;
    head.expect("a head").note.parse().expect("a signed head")
}

/// Ten old entries, five young ones, a head behind each.
async fn years(app: &TestApp) -> Vec<SignedHead> {
    record_some(app, 10).await;
    let old = signed(&app.context).await;
    app.clock.advance(TimeDelta::days(40));
    record_some(app, 5).await;
    vec![old, signed(&app.context).await]
}

async fn contents(app: &TestApp) -> i64 {
    let sql = "SELECT count(*) AS number FROM audit_entries";
    number(&mut *app.db().connection().await, sql).await
}

#[tokio::test(flavor = "multi_thread")]
async fn contents_are_announced_one_night_and_removed_the_next_and_every_proof_holds() {
    let app = short_retention().await;
    let heads = years(&app).await;
    let before = contents(&app).await;
    assert_eq!(night(&app).await, 0, "announced first");
    assert_eq!(contents(&app).await, before + 1);
    assert_eq!(findings(&app.context, &heads).await, []);
    // Ten old entries, and the one that tells of the old head.
    assert_eq!(night(&app).await, 11);
    assert_eq!(contents(&app).await, before + 1 - 11);
    assert_eq!(findings(&app.context, &heads).await, []);
    assert_eq!(night(&app).await, 0);

    let keys = public_keys(&app.context);
    let text = export(&app.context, 0).await;
    assert_eq!(text.matches("\"entry\":null").count(), 11);
    assert_eq!(findings_in(&text, &heads, &keys), []);
    let part = export(&app.context, 6).await;
    assert_eq!(findings_in(&part, &heads[1..], &keys), []);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_removes_more_than_was_announced_is_found() {
    let app = short_retention().await;
    let heads = years(&app).await;
    night(&app).await;
    night(&app).await;
    let next = entry_of(&app, 12).await;
    forge_now(
        &app,
        &format!("DELETE FROM audit_entries WHERE id = '{next}'"),
    )
    .await;
    let found = findings(&app.context, &heads).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        (found[0].fault.as_str(), found[0].seq),
        ("entry_missing", Some(12))
    );
    let text = export(&app.context, 0).await;
    let offline = findings_in(&text, &heads, &public_keys(&app.context));
    assert_eq!(offline, found);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_announcement_without_the_secret_covers_nothing() {
    let app = short_retention().await;
    let heads = years(&app).await;
    forge_now(
        &app,
        "INSERT INTO audit_entries (id, at, actor_kind, action, object_kind, object_id, changes, mac) \
         VALUES ('ffffffff-0000-7000-8000-000000000000', now(), 'system', 'prune_audit_entries', 'audit_trail', \
                 'entries', '{\"before_seq\": 5, \"retention_days\": 30}', '\\x00')",
    )
    .await;
    forge_now(
        &app,
        "INSERT INTO audit_unsealed VALUES ('ffffffff-0000-7000-8000-000000000000')",
    )
    .await;
    seal_audit_entries(&app.context).await.expect("sealing");
    let delete =
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_leaves WHERE seq < 5)";
    forge_now(&app, delete).await;
    let found = findings(&app.context, &heads).await;
    let faults: Vec<&str> = found.iter().map(|it| it.fault.as_str()).collect();
    assert_eq!(faults, ["changed_before_sealing", "entry_missing"]);
    assert_eq!((found[1].seq, found[1].to_seq), (Some(0), Some(4)));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_door_for_pruning_opens_only_for_what_is_sealed_before_its_border() {
    let app = short_retention().await;
    record_some(&app, 3).await;
    seal_audit_entries(&app.context).await.expect("sealing");
    record_some(&app, 1).await;
    let (first, last) = (entry_of(&app, 0).await, entry_of(&app, 2).await);
    let mut conn = app.db().connection().await;
    let set = "SELECT set_config('viral_engine.prune_audit_before', '2', false)";
    diesel::sql_query(set)
        .execute(&mut *conn)
        .await
        .expect("a setting");
    for sql in [
        format!("DELETE FROM audit_entries WHERE id = '{last}'"),
        "DELETE FROM audit_entries WHERE id IN (SELECT entry_id FROM audit_unsealed)".to_owned(),
        format!("UPDATE audit_entries SET action = 'other' WHERE id = '{first}'"),
        "TRUNCATE audit_entries".to_owned(),
    ] {
        let refused = diesel::sql_query(&sql).execute(&mut *conn).await;
        assert!(refused.is_err(), "{sql}");
    }
    let allowed = format!("DELETE FROM audit_entries WHERE id = '{first}'");
    assert_eq!(diesel::sql_query(allowed).execute(&mut *conn).await, Ok(1));
}

//! Entries get their leaves: all of them, in one row, whoever writes and whoever seals.

use diesel::sql_query;
use diesel_async::{AsyncConnection, RunQueryDsl};
use serde_json::{Value, json};
use viral_engine_service::audit::{record, record_each, seal_audit_entries};
use viral_engine_service::{Caller, ServiceResult};
use viral_engine_test_support::TestApp;

use super::{entry_of, findings, forge_now, operator, record_all, record_some, with_keys};
use crate::world::{Dice, number};

#[tokio::test(flavor = "multi_thread")]
async fn entries_are_numbered_from_0_without_gaps_and_verify() {
    let app = TestApp::new().await;
    record_some(&app, 50).await;
    let sealing = seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!((sealing.sealed, sealing.tampered), (50, 0));
    record_some(&app, 7).await;
    seal_audit_entries(&app.context).await.expect("sealing");
    let mut conn = app.db().connection().await;
    let gapless = "SELECT (count(*) = 57 AND min(seq) = 0 AND max(seq) = 56)::int::bigint AS number FROM audit_leaves";
    assert_eq!(number(&mut conn, gapless).await, 1);
    assert_eq!(
        number(&mut conn, "SELECT count(*) AS number FROM audit_unsealed").await,
        0
    );
    assert_eq!(findings(&app.context, &[]).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_entry_whose_transaction_commits_late_is_sealed_when_it_does() {
    let app = TestApp::new().await;
    let mut late = app.db().connection().await;
    late.transaction(async |late| {
        record(
            late,
            &app.context,
            &operator(),
            "late",
            ("link", "1"),
            json!({}),
        )
        .await?;
        record_some(&app, 3).await;
        let sealing = seal_audit_entries(&app.context).await?;
        assert_eq!(sealing.sealed, 3, "what is written later is not held up");
        ServiceResult::Ok(())
    })
    .await
    .expect("a transaction");
    let sealing = seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!((sealing.sealed, sealing.tampered), (1, 0));
    assert_eq!(findings(&app.context, &[]).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn many_writers_and_several_sealers_make_one_trail() {
    let app = TestApp::new().await;
    let writers = (0..6).map(|writer: i32| {
        let (context, db) = (app.context.clone(), app.db().database().clone());
        tokio::spawn(async move {
            for entry in 0..20 {
                let mut conn = db.connection().await.expect("a connection");
                let changes = [
                    (format!("{writer}-{entry}"), json!({ "writer": writer })),
                    (format!("{writer}-{entry}-b"), json!(null)),
                ];
                record_each(
                    &mut conn,
                    &context,
                    &Caller::system(),
                    "write",
                    "thing",
                    &changes,
                )
                .await
                .expect("entries");
            }
        })
    });
    let sealers = (0..2).map(|_| {
        let context = app.context.clone();
        tokio::spawn(async move {
            for _ in 0..20 {
                seal_audit_entries(&context).await.expect("sealing");
            }
        })
    });
    for task in writers.chain(sealers).collect::<Vec<_>>() {
        task.await.expect("a task");
    }
    seal_audit_entries(&app.context).await.expect("sealing");
    let mut conn = app.db().connection().await;
    let gapless =
        "SELECT (count(*) = 240 AND max(seq) = 239)::int::bigint AS number FROM audit_leaves";
    assert_eq!(number(&mut conn, gapless).await, 1);
    assert_eq!(findings(&app.context, &[]).await, []);
}

/// Any JSON that the engine could be given, with the numbers that writers and readers disagree on.
fn any_json(dice: &mut Dice, depth: u32) -> Value {
    match dice.roll(if depth == 0 { 6 } else { 8 }) {
        0 => Value::Null,
        1 => json!(dice.roll(2) == 0),
        2 => json!(dice.roll(u64::MAX).wrapping_mul(0x9E37_79B9_7F4A_7C15)),
        3 => json!(*dice.pick(&[i64::MIN, i64::MAX, -1, 0, 9_007_199_254_740_993])),
        4 => {
            let known = [
                0.1 + 0.2,
                1e300,
                5e-324,
                -0.0,
                1e20,
                123_456.789e-30,
                1.0,
                1e16,
                0.5,
            ];
            let random = f64::from_bits(dice.roll(u64::MAX).wrapping_mul(0x9E37_79B9_7F4A_7C15));
            json!(if dice.roll(2) == 0 {
                *dice.pick(&known)
            } else {
                random
            })
        }
        5 => json!(*dice.pick(&["", "é\u{301}", "\"\\\n\t", "\u{10ffff}", "1.0", "</script>"])),
        6 => (0..dice.roll(4))
            .map(|_| any_json(dice, depth - 1))
            .collect(),
        _ => (0..dice.roll(4))
            .map(|n| (format!("{}{n}", dice.pick(&["b", "a", "ä", ""])), n))
            .collect::<Vec<_>>()
            .into_iter()
            .map(|(key, _)| (key, any_json(dice, depth - 1)))
            .collect(),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_json_an_entry_holds_it_is_the_same_after_postgresql_kept_it() {
    let app = TestApp::new().await;
    let mut dice = Dice(7);
    let changes: Vec<Value> = (0..600).map(|_| any_json(&mut dice, 3)).collect();
    record_all(&app, changes).await;
    let sealing = seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!((sealing.sealed, sealing.tampered), (600, 0));
    assert_eq!(findings(&app.context, &[]).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_changed_added_or_removed_before_it_is_sealed_is_told_for_ever() {
    let app = TestApp::new().await;
    record_some(&app, 5).await;
    forge_now(
        &app,
        "UPDATE audit_entries SET object_id = 'other' WHERE object_id = 'object-1'",
    )
    .await;
    forge_now(
        &app,
        "DELETE FROM audit_entries WHERE object_id = 'object-3'",
    )
    .await;
    sql_query(
        "INSERT INTO audit_entries (id, at, actor_kind, action, object_kind, object_id, changes) \
         VALUES ('ffffffff-0000-7000-8000-000000000000', now(), 'system', 'create_link', 'link', '1', '{}')",
    )
    .execute(&mut *app.db().connection().await)
    .await
    .expect("an entry of somebody else");
    let told = |found: Vec<viral_engine_service::audit::Finding>| -> Vec<(String, Option<u64>)> {
        let each = found.into_iter();
        each.map(|it| (it.fault.as_str().to_owned(), it.seq))
            .collect()
    };
    let before: Vec<_> = told(findings(&app.context, &[]).await);
    assert!(
        before.contains(&("changed_before_sealing".to_owned(), None)),
        "{before:?}"
    );
    let sealing = seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!((sealing.sealed, sealing.tampered), (6, 3));
    let expected = [
        ("changed_before_sealing".to_owned(), Some(1)),
        ("vanished_before_sealing".to_owned(), Some(3)),
        ("changed_before_sealing".to_owned(), Some(5)),
    ];
    assert_eq!(told(findings(&app.context, &[]).await), expected);
}

#[tokio::test(flavor = "multi_thread")]
async fn entries_from_before_sealing_are_no_alarm() {
    let app = TestApp::new().await;
    record_some(&app, 4).await;
    // As the migration finds them.
    forge_now(&app, "UPDATE audit_entries SET mac = NULL").await;
    let sealing = seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!((sealing.sealed, sealing.tampered), (4, 0));
    record_some(&app, 2).await;
    seal_audit_entries(&app.context).await.expect("sealing");
    assert_eq!(findings(&app.context, &[]).await, []);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_is_replaced_still_vouches_for_what_it_protected() {
    let app = TestApp::new().await;
    let old = with_keys(&app.context, 1, &[]);
    let mut conn = app.db().connection().await;
    let object = ("link", "1");
    record(&mut conn, &old, &operator(), "one", object, json!({}))
        .await
        .expect("an entry");
    seal_audit_entries(&old).await.expect("sealing");
    record(&mut conn, &old, &operator(), "two", object, json!({}))
        .await
        .expect("an entry");
    // Sealed by a node that has the new key already.
    let new = with_keys(&app.context, 2, &[1]);
    record(&mut conn, &new, &operator(), "three", object, json!({}))
        .await
        .expect("an entry");
    let sealing = seal_audit_entries(&new).await.expect("sealing");
    assert_eq!((sealing.sealed, sealing.tampered), (2, 0));
    assert_eq!(findings(&new, &[]).await, []);
    let stranger = with_keys(&app.context, 3, &[]);
    assert!(!findings(&stranger, &[]).await.is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_sealed_can_be_changed_or_removed_by_accident() {
    let app = TestApp::new().await;
    record_some(&app, 3).await;
    seal_audit_entries(&app.context).await.expect("sealing");
    viral_engine_service::audit::create_audit_head(&app.context, &Caller::system())
        .await
        .expect("a head");
    let first = entry_of(&app, 0).await;
    let mut conn = app.db().connection().await;
    for sql in [
        "UPDATE audit_entries SET action = 'other'".to_owned(),
        format!("DELETE FROM audit_entries WHERE id = '{first}'"),
        "TRUNCATE audit_entries".to_owned(),
        "UPDATE audit_leaves SET sealed_as = 'changed'".to_owned(),
        "DELETE FROM audit_leaves".to_owned(),
        "TRUNCATE audit_leaves".to_owned(),
        "UPDATE audit_heads SET made_at = now()".to_owned(),
        "DELETE FROM audit_heads".to_owned(),
        "TRUNCATE audit_heads".to_owned(),
    ] {
        let refused = sql_query(&sql).execute(&mut *conn).await;
        assert!(
            refused.unwrap_err().to_string().contains("is append-only"),
            "{sql}"
        );
    }
}

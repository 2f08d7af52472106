//! The audit trail: sealed, signed, pruned, searched, and never changed unnoticed.

mod api;
mod export_tamperings;
mod forger;
mod heads;
mod pruning;
mod sealing;
mod stored_tamperings;
mod tamperings;

use std::sync::Arc;

use diesel::sql_query;
use diesel::sql_types::{BigInt, Text};
use diesel_async::{AsyncPgConnection, RunQueryDsl};
use serde_json::{Value, json};
use uuid::Uuid;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::audit::{
    AuditKey, AuditKeys, Finding, PublicKey, SignedHead, export_audit_trail, record, verify_export,
    verify_whole_trail,
};
use viral_engine_service::caller::Identity;
use viral_engine_service::config::Keys;
use viral_engine_service::{Caller, Context, ServiceResult};
use viral_engine_test_support::TestApp;

use futures_util::StreamExt;

/// An operator with all that an entry can say of a caller.
fn operator() -> Caller {
    Caller {
        identity: Identity::Operator {
            id: Uuid::from_u128(0x0193_0000_0000_7000_8000_0000_0000_0007).into(),
            email: "ada@example.org".to_owned(),
            role: Role::Admin,
            session: Uuid::from_u128(9).into(),
        },
        request_id: Some("req-ada".to_owned()),
        ip_prefix: Some("192.0.2.0/24".to_owned()),
    }
}

/// Records entries with these changes, each a transaction of its own, a second apart.
async fn record_all(app: &TestApp, changes: impl IntoIterator<Item = Value>) {
    let mut conn = app.db().connection().await;
    for (number, changes) in changes.into_iter().enumerate() {
        app.clock.advance(chrono::TimeDelta::seconds(1));
        let (caller, action, kind) = match number % 3 {
            0 => (operator(), "create_link", "link"),
            1 => (Caller::system(), "update_setting", "setting"),
            _ => (operator(), "update_link", "link"),
        };
        let id = format!("object-{number}");
        record(
            &mut conn,
            &app.context,
            &caller,
            action,
            (kind, &id),
            changes,
        )
        .await
        .expect("an entry");
    }
}

/// Records this many entries.
async fn record_some(app: &TestApp, count: usize) {
    record_all(app, (0..count).map(|number| json!({ "number": number }))).await;
}

/// What a verification of the database finds, also with heads kept elsewhere.
async fn findings(context: &Context, heads: &[SignedHead]) -> Vec<Finding> {
    let mut findings = Vec::new();
    verify_whole_trail(context, heads, &[], |finding| findings.push(finding))
        .await
        .expect("a verification");
    findings
}

/// The export as a text.
async fn export(context: &Context, from_seq: i64) -> String {
    let mut parts = export_audit_trail(context, from_seq)
        .await
        .expect("an export");
    let mut text = Vec::new();
    while let Some(part) = parts.next().await {
        text.extend_from_slice(&part.expect("a part"));
    }
    String::from_utf8(text).expect("UTF-8")
}

/// What an offline verification of an export finds.
fn findings_in(export: &str, heads: &[SignedHead], keys: &[PublicKey]) -> Vec<Finding> {
    let mut findings = Vec::new();
    let verified = verify_export(export.as_bytes(), heads, keys, |it| findings.push(it));
    verified.expect("an export");
    findings
}

fn public_keys(context: &Context) -> Vec<PublicKey> {
    context.keys.audit.public().cloned().collect()
}

/// The same installation with other keys of the audit trail.
fn with_keys(context: &Context, current: u8, previous: &[u8]) -> Context {
    let key = |seed: &u8| AuditKey::new(&[*seed; 32]);
    let audit = AuditKeys::new(key(&current), previous.iter().map(key).collect());
    Context {
        keys: Arc::new(Keys {
            audit,
            ..(*context.keys).clone()
        }),
        ..context.clone()
    }
}

/// Does what the database's owner can: triggers are off in this transaction.
async fn forge(conn: &mut AsyncPgConnection, sql: &str) {
    for sql in ["SET LOCAL session_replication_role = replica", sql] {
        sql_query(sql).execute(conn).await.expect(sql);
    }
}

/// [`forge`] in a transaction of its own.
async fn forge_now(app: &TestApp, sql: &str) {
    use diesel_async::AsyncConnection;
    app.db()
        .connection()
        .await
        .transaction(async |conn| {
            forge(conn, sql).await;
            ServiceResult::Ok(())
        })
        .await
        .expect("a transaction");
}

/// The id of the entry of a leaf.
async fn entry_of(app: &TestApp, seq: i64) -> Uuid {
    #[derive(diesel::QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        id: String,
    }
    let row: Row = sql_query("SELECT entry_id::text AS id FROM audit_leaves WHERE seq = $1")
        .bind::<BigInt, _>(seq)
        .get_result(&mut *app.db().connection().await)
        .await
        .expect("a leaf");
    row.id.parse().expect("an id")
}

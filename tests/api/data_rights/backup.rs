//! A backup of the database, and the engine on it.

use diesel_async::SimpleAsyncConnection;
use serde_json::{Value, json};
use viral_engine_service::Context;
use viral_engine_test_support::TestApp;
use viral_engine_test_support::test_app::{keys, service_config};

use super::scan::tables;

/// Keeps a copy of every table, as a dump would.
pub async fn dump(app: &TestApp) {
    let mut sql = "CREATE SCHEMA dump;".to_owned();
    for table in tables(app).await {
        sql.push_str(&format!(
            "CREATE TABLE dump.{table} AS TABLE public.{table};"
        ));
    }
    app.db()
        .connection()
        .await
        .batch_execute(&sql)
        .await
        .expect("a dump");
}

/// The engine on the dump, with the key store as it is now.
pub fn restored(app: &TestApp) -> Context {
    let url = app.db().database().url();
    let separator = if url.contains('?') { '&' } else { '?' };
    let url = format!("{url}{separator}options=-csearch_path%3Ddump");
    let database = viral_engine_db::Database::new(&url, 2).expect("a pool");
    Context::new(database, keys(), service_config(), app.clock.as_clock())
}

/// What the engine reads of a user there that is encrypted.
pub async fn read_dump(context: &Context, id: &str) -> String {
    use viral_engine_service::cursor::PageRequest;
    use viral_engine_service::{
        Caller, achievements, disclosures, emails, recaps, tutoring_sessions, users,
    };
    let page = || PageRequest::parse(Some(100), None).expect("a page");
    let caller = Caller::system();
    let mut all = Vec::new();
    all.push(json!(
        users::get_user(context, &caller, id)
            .await
            .expect("a user")
            .personal
    ));
    let sessions = tutoring_sessions::TutoringSessionQuery {
        student: Some(id),
        tutor: None,
    };
    let sessions = tutoring_sessions::list_tutoring_sessions(context, sessions, page())
        .await
        .expect("sessions");
    all.push(json!(
        sessions
            .items
            .iter()
            .map(|one| json!([
                one.subject,
                one.topic,
                one.feedback,
                one.skills,
                one.highlights,
                one.next_steps
            ]))
            .collect::<Vec<_>>()
    ));
    all.push(json!(
        achievements::list_achievements(context, Some(id), page())
            .await
            .expect("achievements")
            .items
            .iter()
            .map(|one| one.name.clone())
            .collect::<Vec<_>>()
    ));
    let disclosed = disclosures::DisclosureQuery {
        student: Some(id.to_owned()),
        ..disclosures::DisclosureQuery::default()
    };
    let disclosed = disclosures::list_disclosures(context, disclosed, page())
        .await
        .expect("disclosures");
    all.push(json!(
        disclosed
            .items
            .iter()
            .map(|one| json!([one.party, one.legitimate_interest]))
            .collect::<Vec<_>>()
    ));
    let told = recaps::RecapQuery {
        child: Some(id),
        ..recaps::RecapQuery::default()
    };
    let told = recaps::list_recaps(context, told, page())
        .await
        .expect("recaps");
    all.push(json!(
        told.items
            .iter()
            .map(|one| json!([
                one.subjects,
                one.skills,
                one.achievements,
                one.highlights,
                one.next_steps
            ]))
            .collect::<Vec<_>>()
    ));
    let mails = emails::list_emails(context, &caller, emails::EmailQuery::default(), page())
        .await
        .expect("mails");
    for mail in mails.items {
        let details = emails::get_email(context, &caller, mail.id)
            .await
            .expect("a mail");
        all.push(json!([
            details.email.recipient,
            details.preview.map(|one| one.text)
        ]));
    }
    Value::Array(all).to_string()
}

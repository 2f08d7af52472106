//! Personal information: kept unreadable, shown and searched by few, and taken nowhere else.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::config::Keys;
use viral_engine_service::users::{get_user, reseal_personal_fields};
use viral_engine_service::{Caller, Context};
use viral_engine_test_support::TestApp;
use viral_engine_test_support::test_app::{ReplacedKeys, service_config};

use super::put;

async fn everything_stored(app: &TestApp) -> String {
    #[derive(QueryableByName)]
    struct Row {
        #[diesel(sql_type = Text)]
        row: String,
    }
    let rows: Vec<Row> = diesel::sql_query(
        "SELECT u::text AS row FROM users u UNION ALL SELECT a::text FROM audit_entries a",
    )
    .load(&mut *app.db().connection().await)
    .await
    .expect("rows");
    rows.into_iter().map(|row| row.row).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_band_ends_with_its_quarter_so_that_it_tells_no_birthday() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let user = put(
        &key,
        "s1",
        json!({ "persona": "student", "band_until": "2026-05-17" }),
    )
    .await;
    assert_eq!(user["band_until"], "2026-06-30");
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_fields_are_stored_unreadable_and_shown_to_those_who_may_see_them() {
    let app = TestApp::new().await;
    let writer = app.key(&["users:write", "users:read"]).await;
    let body = json!({ "persona": "student", "name": "Ada Lovelace", "email": "Ada@Example.org", "phone": "+44 20 7946 0000", "handle": "countess" });
    let written = put(&writer, "s1", body).await;
    assert_eq!(written["personal"], Value::Null);
    let stored = everything_stored(&app).await.to_lowercase();
    for secret in [
        "lovelace",
        "example.org",
        "7946 0000",
        "79460000",
        "countess",
    ] {
        assert!(!stored.contains(secret), "{secret} is readable: {stored}");
        assert!(
            !stored.contains(&hex::encode(secret)),
            "{secret} is readable"
        );
    }

    let (safety, analyst) = (
        app.operator(Role::Safety).await,
        app.operator(Role::Analyst).await,
    );
    let seen = safety.get("/v1/users/s1").await.json();
    assert_eq!(seen["personal"]["name"], "Ada Lovelace");
    assert_eq!(seen["personal"]["phone"], "+44 20 7946 0000");
    let hidden = analyst.get("/v1/users/s1").await.json();
    assert_eq!(hidden["personal"], Value::Null);

    let path = "/v1/users/search";
    let ada = json!({ "email": "ada@example.ORG" });
    let found = safety.post(path, &ada).await.json();
    assert_eq!(found["items"][0]["external_id"], "s1");
    analyst
        .post(path, &ada)
        .await
        .assert_problem(403, "forbidden");
    let eve = json!({ "email": "eve@example.org" });
    let none = safety.post(path, &eve).await.json();
    assert_eq!(none["items"], json!([]));
}

/// Proxies log URLs.
#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_not_taken_in_a_url() {
    let app = TestApp::new().await;
    let safety = app.operator(Role::Safety).await;
    let problem = safety
        .get("/v1/users?email=ada@example.org")
        .await
        .assert_problem(400, "malformed_request");
    assert_eq!(problem["errors"][0]["pointer"], "?email");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_search_goes_page_by_page_through_those_who_share_an_address() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for name in ["s1", "s2", "s3"] {
        put(
            &key,
            name,
            json!({ "persona": "student", "email": "family@example.org" }),
        )
        .await;
    }
    put(&key, "search", json!({ "persona": "student" })).await;
    let body = json!({ "email": "family@example.org" });
    let mut path = "/v1/users/search?limit=2".to_owned();
    let mut found = Vec::new();
    loop {
        let page = key.post(&path, &body).await.json();
        let items = page["items"].as_array().expect("items").iter();
        found.extend(items.map(|user| user["external_id"].as_str().expect("a name").to_owned()));
        let Some(next) = page["next_cursor"].as_str() else {
            break;
        };
        path = format!("/v1/users/search?limit=2&cursor={next}");
    }
    found.sort();
    assert_eq!(found, ["s1", "s2", "s3"]);
    // A user may have the name of the call.
    let user = key.get("/v1/users/search").await.json();
    assert_eq!(user["external_id"], "search");
}

#[tokio::test(flavor = "multi_thread")]
async fn personal_fields_move_to_a_new_key_and_the_former_one_can_go() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(
        &key,
        "s1",
        json!({ "persona": "student", "name": "Ada", "email": "ada@example.org" }),
    )
    .await;
    put(&key, "s2", json!({ "persona": "student" })).await;

    let context = |keys: Keys| {
        let clock = app.clock.as_clock();
        Context::new(app.db().database().clone(), keys, service_config(), clock)
    };
    let replaced = ReplacedKeys::new();
    let both = context(replaced.during.clone());
    assert_eq!(reseal_personal_fields(&both).await.expect("resealed"), 1);
    assert_eq!(reseal_personal_fields(&both).await.expect("resealed"), 0);

    let only_old = context(replaced.former.clone());
    let only_new = context(replaced.after.clone());
    let user = get_user(&only_new, &Caller::system(), "s1")
        .await
        .expect("a user");
    let personal = user.personal.expect("personal fields");
    assert_eq!(personal.name.as_deref(), Some("Ada"));
    assert_eq!(personal.email.as_deref(), Some("ada@example.org"));
    let old = get_user(&only_old, &Caller::system(), "s1").await;
    assert!(old.is_err(), "the former key reads nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn preferences_are_kept_without_personal_information() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let preferences = json!({
        "email": true, "theme": "dark", "quiet_from": 21, "parent_email": "ann@example.com",
        "note": "call 415-555-2671", "home_page": "https://x.example/?e=ann%40example.com",
    });
    let fields = json!({ "persona": "student", "preferences": preferences });
    let user = put(&key, "s1", fields).await;
    let kept = json!({
        "email": true, "theme": "dark", "quiet_from": 21, "parent_email": "[EMAIL]",
        "note": "call [PHONE]", "home_page": "https://x.example/?e=[EMAIL]",
    });
    assert_eq!(user["preferences"], kept);
    let stored = everything_stored(&app).await;
    assert!(!stored.contains("ann@") && !stored.contains("ann%40"));
    assert!(!stored.contains("415-555-2671"));
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_with_personal_information_are_refused() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let bad =
        json!({ "persona": "student", "cohort": "ann@example.com", "grade": "+1 415 555 2671" });
    let problem = key
        .put("/v1/users/s1", &bad)
        .await
        .assert_problem(422, "validation_failed");
    let faults: Vec<_> = problem["errors"]
        .as_array()
        .expect("errors")
        .iter()
        .map(|error| (error["pointer"].as_str(), error["code"].as_str()))
        .collect();
    let code = Some("personal_information");
    assert_eq!(faults, [(Some("/cohort"), code), (Some("/grade"), code)]);
    assert!(!problem.to_string().contains("ann@"));
    let good = json!({ "persona": "student", "cohort": "2026-03", "grade": "Grade 7B" });
    put(&key, "s1", good).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_corrected_age_band_does_not_end_with_the_former_one() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let until = (app.clock.now() + chrono::TimeDelta::days(200)).date_naive();
    let user = json!({ "persona": "student", "age_band": "16_17", "band_until": until });
    let user = key
        .put("/v1/users/s1", &user)
        .await
        .assert_status(201)
        .json();
    assert!(user["band_until"].is_string());
    let same = key
        .put("/v1/users/s1", &json!({ "age_band": "16_17" }))
        .await
        .json();
    assert_eq!(same["band_until"], user["band_until"]);
    let child = key
        .put("/v1/users/s1", &json!({ "age_band": "under_13" }))
        .await
        .json();
    assert_eq!(child["band_until"], Value::Null);
}

//! People on the platform: upserts, guardians, and what of them is kept and shown.

use diesel::QueryableByName;
use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;
use viral_engine_service::config::{Keys, SecretKey};
use viral_engine_service::users::{get_user, reseal_personal_fields};
use viral_engine_service::{Caller, Context};
use viral_engine_test_support::test_app::{keys, service_config};
use viral_engine_test_support::{TestApp, TestClient};

async fn put(client: &TestClient, name: &str, body: Value) -> Value {
    let answer = client.put(&format!("/v1/users/{name}"), &body).await;
    assert!([200, 201].contains(&answer.status), "{answer:?}");
    answer.json()
}

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
async fn absent_fields_stay_and_null_clears() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let created = key
        .put(
            "/v1/users/s1",
            &json!({ "persona": "student", "age_band": "under_13", "grade": "7", "name": "Ada", "time_zone": "Europe/Berlin" }),
        )
        .await;
    created.assert_status(201);
    let changed = key.put("/v1/users/s1", &json!({ "grade": null })).await;
    changed.assert_status(200);
    let user = changed.json();
    assert_eq!(user["grade"], Value::Null);
    assert_eq!(user["age_band"], "under_13");
    assert_eq!(user["time_zone"], "Europe/Berlin");
    assert_eq!(user["personal"]["name"], "Ada");
    let user = put(&key, "s1", json!({ "name": null })).await;
    assert_eq!(user["personal"]["name"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn null_clears_what_is_no_text_too() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let whole = json!({ "persona": "tutor", "age_band": "adult", "preferences": { "theme": "dark" }, "signals": { "verified_email": true } });
    let nothing =
        json!({ "persona": null, "age_band": null, "preferences": null, "signals": null });
    put(&key, "t1", whole.clone()).await;
    let user = put(&key, "t1", nothing.clone()).await;
    put(&key, "t2", whole).await;
    let mut item = nothing;
    item["external_id"] = json!("t2");
    let body = json!({ "users": [item] });
    let answer = key.post("/v1/users/bulk", &body).await.json();
    for user in [&user, &answer["results"][0]["item"]] {
        assert_eq!(user["persona"], Value::Null, "{user}");
        assert_eq!(user["age_band"], "unknown");
        assert_eq!(user["preferences"], json!({}));
        assert_eq!(user["signals"], json!({}));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persona_that_is_needed_can_not_be_cleared() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let refused = |name: &'static str| {
        let key = &key;
        async move {
            let answer = key
                .put(&format!("/v1/users/{name}"), &json!({ "persona": null }))
                .await;
            answer.assert_problem(422, "validation_failed")["errors"][0].clone()
        }
    };
    assert_eq!(refused("new").await["code"], "required");
    let child = json!({ "persona": "student", "guardian": "mum" });
    put(&key, "child", child).await;
    assert_eq!(refused("mum").await["code"], "is_guardian");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_user_needs_a_persona_and_is_treated_as_a_child_without_a_band() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let problem = key
        .put("/v1/users/s1", &json!({ "grade": "7" }))
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/persona");
    key.get("/v1/users/s1")
        .await
        .assert_problem(404, "not_found");
    let user = put(&key, "s1", json!({ "persona": "student" })).await;
    assert_eq!(user["age_band"], "unknown");
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
    for secret in ["lovelace", "example.org", "7946", "countess"] {
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
async fn a_user_is_changed_from_what_was_read_when_the_caller_says_so() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let write = |tag: &'static str, body: Value| {
        let request = key.request(Method::PUT, "/v1/users/s1").json(&body);
        key.send(request.header("if-match", tag))
    };
    let student = json!({ "persona": "student" });
    for tag in ["*", "\"1\""] {
        write(tag, student.clone())
            .await
            .assert_problem(412, "precondition_failed");
    }
    key.get("/v1/users/s1")
        .await
        .assert_problem(404, "not_found");

    let created = key.put("/v1/users/s1", &student).await;
    created.assert_status(201);
    assert_eq!(created.header("etag"), Some("\"1\""));
    let changed = write("\"1\"", json!({ "grade": "5" })).await;
    assert_eq!(changed.header("etag"), Some("\"2\""));
    write("\"1\"", json!({ "grade": "6" }))
        .await
        .assert_problem(412, "precondition_failed");
    let signals = key
        .request(Method::PUT, "/v1/users/s1/signals")
        .json(&json!({ "verified_email": true }));
    key.send(signals.header("if-match", "\"1\""))
        .await
        .assert_problem(412, "precondition_failed");
    write("*", json!({ "grade": "6" })).await.assert_status(200);
    let read = key.get("/v1/users/s1").await;
    assert_eq!(read.header("etag"), Some("\"3\""));
    assert_eq!(read.json()["grade"], "6");
}

/// Types, unknown fields, rules of one field and rules between users.
#[tokio::test(flavor = "multi_thread")]
async fn all_faults_of_a_user_are_told_at_once() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(&key, "tutor", json!({ "persona": "tutor" })).await;
    let body = json!({
        "age_band": 7, "email": "nobody", "cohort": "x".repeat(300), "guardian": "tutor",
        "time_zone": "Mars/Olympus", "signals": { "verified_email": "yes" }, "shoe_size": 41,
    });
    let pointers = |problem: &Value, prefix: &str| {
        let errors = problem["errors"].as_array().expect("errors").iter();
        let pointers = errors.map(|error| error["pointer"].as_str().expect("a pointer"));
        let mut pointers: Vec<String> = pointers
            .map(|pointer| pointer.trim_start_matches(prefix).to_owned())
            .collect();
        pointers.sort();
        pointers
    };
    let expected = [
        "/age_band",
        "/cohort",
        "/email",
        "/guardian",
        "/persona",
        "/shoe_size",
        "/signals/verified_email",
        "/time_zone",
    ];
    let problem = key
        .put("/v1/users/s1", &body)
        .await
        .assert_problem(400, "malformed_body");
    assert_eq!(pointers(&problem, ""), expected);

    let mut named = body.clone();
    named["external_id"] = json!("s1");
    let answer = key
        .post("/v1/users/bulk", &json!({ "users": [named] }))
        .await
        .json();
    let problem = &answer["results"][0]["problem"];
    assert_eq!(pointers(problem, "/users/0"), expected);

    let readable = json!({ "email": "nobody", "guardian": "s1" });
    let problem = key
        .put("/v1/users/s1", &readable)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(pointers(&problem, ""), ["/email", "/guardian", "/persona"]);
    key.get("/v1/users/s1")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_unknown_guardian_is_created_as_a_parent() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let student = put(
        &key,
        "s1",
        json!({ "persona": "student", "guardian": "p1" }),
    )
    .await;
    assert_eq!(student["guardian"], "p1");
    let guardian = key.get("/v1/users/p1").await.json();
    assert_eq!(guardian["persona"], "parent");
    let student = put(&key, "s1", json!({ "guardian": null })).await;
    assert_eq!(student["guardian"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn guardians_are_parents_and_never_form_a_circle() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    put(
        &key,
        "s1",
        json!({ "persona": "student", "guardian": "p1" }),
    )
    .await;
    put(&key, "s2", json!({ "persona": "student" })).await;
    for (name, body, pointer) in [
        ("s1", json!({ "guardian": "s1" }), "/guardian"),
        ("s1", json!({ "guardian": "s2" }), "/guardian"),
        ("p1", json!({ "guardian": "s1" }), "/guardian"),
        ("p1", json!({ "guardian": "p2" }), "/persona"),
        ("p1", json!({ "persona": "student" }), "/persona"),
        ("s1", json!({ "persona": "parent" }), "/persona"),
    ] {
        let problem = key
            .put(&format!("/v1/users/{name}"), &body)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["pointer"], pointer, "{name} {body}");
    }
    key.get("/v1/users/p2")
        .await
        .assert_problem(404, "not_found");
}

#[tokio::test(flavor = "multi_thread")]
async fn signals_are_merged_and_never_create_a_user() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let path = "/v1/users/s1/signals";
    key.put(path, &json!({ "verified_email": true }))
        .await
        .assert_problem(404, "not_found");
    put(
        &key,
        "s1",
        json!({ "persona": "student", "signals": { "verified_email": true } }),
    )
    .await;
    let user = key
        .put(path, &json!({ "payment_verified": false }))
        .await
        .json();
    assert_eq!(
        user["signals"],
        json!({ "verified_email": true, "payment_verified": false })
    );
    key.put(path, &json!({ "Not A Name": true }))
        .await
        .assert_problem(422, "validation_failed");
    key.put(path, &json!({ "verified_email": "yes" }))
        .await
        .assert_problem(400, "malformed_body");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_item_of_a_bulk_call_succeeds_or_fails_on_its_own() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let answer = key
        .post(
            "/v1/users/bulk",
            &json!({ "users": [
                { "external_id": "s1", "persona": "student", "guardian": "p1" },
                { "external_id": "s2", "persona": "wizard" },
                { "persona": "student" },
                { "external_id": "s4", "persona": "student", "unknown": 1 },
                { "external_id": "s5", "persona": "student", "email": "nobody" },
                { "external_id": "p1", "name": "Parent" },
            ]}),
        )
        .await;
    answer.assert_status(200);
    let answer = answer.json();
    assert_eq!(
        (&answer["succeeded"], &answer["failed"]),
        (&json!(2), &json!(4))
    );
    let fault = |index: usize| {
        let problem = &answer["results"][index]["problem"];
        problem["errors"][0]["pointer"]
            .as_str()
            .unwrap_or_default()
            .to_owned()
    };
    assert_eq!(fault(1), "/users/1/persona");
    assert_eq!(fault(2), "/users/2/external_id");
    assert_eq!(fault(3), "/users/3/unknown");
    assert_eq!(fault(4), "/users/4/email");
    assert_eq!(answer["results"][5]["item"]["persona"], "parent");
    key.get("/v1/users/s5")
        .await
        .assert_problem(404, "not_found");
    for users in [json!([]), json!(vec![json!({}); 1001])] {
        key.post("/v1/users/bulk", &json!({ "users": users }))
            .await
            .assert_problem(422, "validation_failed");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn upserts_of_one_user_at_once_merge_and_create_it_once() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    let fields = ["grade", "cohort", "institution", "locale", "handle", "name"];
    let bodies: Vec<Value> = fields
        .iter()
        .map(|field| json!({ "persona": "student", *field: "en" }))
        .collect();
    let puts = bodies.iter().map(|body| key.put("/v1/users/s1", body));
    let answers = futures_util::future::join_all(puts).await;
    let created = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(created, 1);
    let user = key.get("/v1/users/s1").await.json();
    for field in ["grade", "cohort", "institution", "locale"] {
        assert_eq!(user[field], "en", "{field}");
    }
    assert_eq!(user["personal"]["handle"], "en");
    assert_eq!(user["personal"]["name"], "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_external_id_may_hold_what_urls_must_escape() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for (path, name) in [
        ("a%2Fb", "a/b"),
        ("100%25", "100%"),
        ("%C3%A5sa", "åsa"),
        ("a+b", "a+b"),
        ("bulk", "bulk"),
    ] {
        let user = put(&key, path, json!({ "persona": "student" })).await;
        assert_eq!(user["external_id"], name);
        let read = key.get(&format!("/v1/users/{path}")).await.json();
        assert_eq!(read["external_id"], name);
    }
    key.put(
        &format!("/v1/users/{}", "x".repeat(201)),
        &json!({ "persona": "student" }),
    )
    .await
    .assert_problem(400, "malformed_request");
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
    let new = SecretKey::new([9; 32]);
    let both = context(Keys {
        personal_data_previous: Some(keys().personal_data),
        personal_data: new.clone(),
        ..keys()
    });
    assert_eq!(reseal_personal_fields(&both).await.expect("resealed"), 1);
    assert_eq!(reseal_personal_fields(&both).await.expect("resealed"), 0);

    let only_new = context(Keys {
        personal_data: new,
        ..keys()
    });
    let user = get_user(&only_new, &Caller::system(), "s1")
        .await
        .expect("a user");
    let personal = user.personal.expect("personal fields");
    assert_eq!(personal.name.as_deref(), Some("Ada"));
    assert_eq!(personal.email.as_deref(), Some("ada@example.org"));
    let old = get_user(&app.context, &Caller::system(), "s1").await;
    assert!(old.is_err(), "the former key reads nothing any more");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_id_that_is_not_text_is_nobody() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for path in ["/v1/users/%ff", "/v1/users/a%FE"] {
        key.put(path, &json!({ "persona": "parent" }))
            .await
            .assert_problem(400, "malformed_request");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_expected_is_said_in_words_of_json() {
    let app = TestApp::new().await;
    let key = app.key(&["*"]).await;
    for (path, body, words) in [
        ("/v1/links", json!([]), "an object"),
        ("/v1/links", json!({ "max_clicks": "x" }), "a whole number"),
        ("/v1/events", json!({ "properties": 7 }), "an object"),
        (
            "/v1/events",
            json!({ "occurred_at": "2026-11-21" }),
            "such as 2026-03-16T12:00:00Z",
        ),
    ] {
        let answer = key.post(path, &body).await.json();
        let said = answer["errors"][0]["detail"].as_str().unwrap_or_default();
        assert!(said.contains(words), "{answer}");
    }
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

//! The log of disclosures: what it takes, what it tells, and what stays of it.

use chrono::{DateTime, TimeDelta, Utc};
use serde_json::{Value, json};
use viral_engine_api_types::permissions::Role;

use crate::consents::family::Family;
use crate::data_rights::delete;
use crate::world::number;

/// A family in a school, about whose child records are disclosed.
async fn family() -> Family {
    let family = Family::new().await;
    let school = json!({ "institution": "lincoln" });
    let put = family.key.put("/v1/users/ada", &school).await;
    put.assert_status(200);
    family
}

fn disclosure(fields: Value) -> Value {
    let mut body = json!({
        "student": "ada", "party": "Department of Education", "record_class": "scores",
        "basis": "audit_or_evaluation", "legitimate_interest": "Yearly evaluation, ask joe@example.org",
    });
    let changed = fields.as_object().expect("an object").clone();
    body.as_object_mut().expect("an object").extend(changed);
    body
}

#[tokio::test(flavor = "multi_thread")]
async fn a_disclosure_is_logged_with_who_what_for_and_when() {
    let family = family().await;
    let body = disclosure(json!({ "disclosed_at": "2026-03-10T15:00:00Z" }));
    let created = family.key.post("/v1/disclosures", &body).await;
    let created = created.assert_status(201).json();
    assert_eq!(created["student"], "ada");
    assert_eq!(created["institution"], "lincoln");
    assert_eq!(created["party"], "Department of Education");
    assert_eq!(
        created["legitimate_interest"],
        "Yearly evaluation, ask [EMAIL]"
    );
    assert_eq!(created["consent_id"], Value::Null);
    assert_eq!(created["disclosed_at"], "2026-03-10T15:00:00Z");
    let listed = family.key.get("/v1/disclosures?student=ada").await.json();
    assert_eq!(listed["items"], json!([created]));
    let others = [
        "institution=other",
        "student=nobody",
        "record_class=grades",
        "from=2026-03-11T00:00:00Z",
    ];
    for filter in others {
        let none = family.key.get(&format!("/v1/disclosures?{filter}")).await;
        assert_eq!(none.json()["items"], json!([]), "{filter}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_rests_on_consent_needs_one_that_stands() {
    let family = family().await;
    let by_consent = json!({ "basis": "consent", "recipient": "school-cloud" });
    let child = json!({ "persona": "student", "age_band": "16_17" });
    family
        .key
        .put("/v1/users/bo", &child)
        .await
        .assert_status(201);
    let mut body = disclosure(by_consent.clone());
    body["student"] = json!("bo");
    let refused = family.key.post("/v1/disclosures", &body).await;
    refused.assert_status(403);
    assert_eq!(refused.json()["code"], "ferpa_record");
    let body = disclosure(by_consent);
    let consent = family.granted_by_card("disclose:school-cloud").await;
    let created = family.key.post("/v1/disclosures", &body).await;
    let created = created.assert_status(201).json();
    assert_eq!(created["consent_id"], json!(consent));
    let mut early = body.clone();
    early["disclosed_at"] = json!("2026-03-01T12:00:00Z");
    let problem = family.key.post("/v1/disclosures", &early).await;
    let problem = problem.assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/disclosed_at");
    let revoked = family
        .key
        .post(&format!("/v1/consents/{consent}/revoke"), &json!({}))
        .await;
    revoked.assert_status(200);
    let late = family.key.post("/v1/disclosures", &body).await;
    late.assert_status(403);
    assert_eq!(late.json()["code"], "consent_withdrawn");
    // A student of age decides alone.
    let adult = json!({ "persona": "student", "age_band": "adult" });
    family
        .key
        .put("/v1/users/grown", &adult)
        .await
        .assert_status(201);
    let own =
        disclosure(json!({ "student": "grown", "basis": "consent", "recipient": "school-cloud" }));
    let own = family.key.post("/v1/disclosures", &own).await;
    assert_eq!(own.assert_status(201).json()["consent_id"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_went_out_while_the_consent_was_suspended_does_not_rest_on_it() {
    let family = family().await;
    let consent = family.granted_by_card("disclose:school-cloud").await;
    let change = async |what: &str| {
        family.pass(TimeDelta::hours(1)).await;
        let path = format!("/v1/consents/{consent}/{what}");
        let changed = family.key.post(&path, &json!({})).await;
        changed.assert_status(200);
    };
    change("suspend").await;
    let suspended_at = family.app.clock.now();
    change("resume").await;
    let told = async |at: DateTime<Utc>| {
        let by_consent =
            json!({ "basis": "consent", "recipient": "school-cloud", "disclosed_at": at });
        let body = disclosure(by_consent);
        family.key.post("/v1/disclosures", &body).await
    };
    for minutes in [0, 30] {
        let refused = told(suspended_at + TimeDelta::minutes(minutes)).await;
        let problem = refused.assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["code"], "without_consent");
    }
    for minutes in [-1, 60] {
        let logged = told(suspended_at + TimeDelta::minutes(minutes)).await;
        logged.assert_status(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn mistakes_are_named_by_field_and_nothing_is_logged() {
    let family = family().await;
    let mistakes = [
        (json!({ "student": "nobody" }), "/student"),
        (json!({ "party": " " }), "/party"),
        (
            json!({ "legitimate_interest": "x" }),
            "/legitimate_interest",
        ),
        (json!({ "basis": "consent" }), "/recipient"),
        (json!({ "recipient": "School Cloud" }), "/recipient"),
        (
            json!({ "disclosed_at": "2027-01-01T00:00:00Z" }),
            "/disclosed_at",
        ),
        (json!({ "record_class": "rumours" }), "/record_class"),
    ];
    for (fields, pointer) in mistakes {
        let refused = family
            .key
            .post("/v1/disclosures", &disclosure(fields))
            .await;
        refused.assert_status(422);
        assert_eq!(refused.json()["errors"][0]["pointer"], pointer);
    }
    let listed = family.key.get("/v1/disclosures").await.json();
    assert_eq!(listed["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_gets_its_own_log_as_a_file() {
    let family = family().await;
    let elsewhere = json!({ "persona": "student", "institution": "other" });
    family
        .key
        .put("/v1/users/bo", &elsewhere)
        .await
        .assert_status(201);
    for fields in [json!({ "party": "=SUM(A1)" }), json!({ "student": "bo" })] {
        let created = family
            .key
            .post("/v1/disclosures", &disclosure(fields))
            .await;
        created.assert_status(201);
    }
    let path = "/v1/disclosures/export?institution=lincoln";
    let file = family.key.get(path).await;
    assert_eq!(file.header("content-type"), Some("text/csv; charset=utf-8"));
    let text = String::from_utf8(file.body).expect("text");
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(lines.len(), 2, "{text}");
    assert!(lines[1].contains(",ada,lincoln,'=SUM(A1),"), "{text}");
    let analyst = family.app.operator(Role::Analyst).await;
    analyst.get(path).await.assert_status(403);
}

#[tokio::test(flavor = "multi_thread")]
async fn of_an_erased_student_the_log_tells_that_and_to_nobody_whom() {
    let family = family().await;
    let created = family
        .key
        .post("/v1/disclosures", &disclosure(json!({})))
        .await;
    created.assert_status(201);
    let done = delete(&family.key, "ada").await;
    let stores = done["receipt"]["stores"]
        .as_array()
        .expect("stores")
        .clone();
    assert!(
        stores.contains(&json!({ "store": "disclosures", "rows": 1 })),
        "{stores:?}"
    );
    let listed = family.key.get("/v1/disclosures").await.json();
    let left = &listed["items"][0];
    for field in ["student", "institution", "party", "legitimate_interest"] {
        assert_eq!(left[field], Value::Null, "{field}");
    }
    assert_eq!(left["record_class"], "scores");
    let readable =
        "SELECT count(*) FROM disclosures WHERE num_nonnulls(texts_cipher, institution) > 0";
    let mut conn = family.app.db().connection().await;
    assert_eq!(number(&mut conn, readable).await, 0);
}

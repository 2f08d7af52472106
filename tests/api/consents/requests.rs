//! Asking guardians.

use chrono::TimeDelta;
use serde_json::json;

use super::family::Family;

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_is_asked_by_mail_and_nothing_is_allowed_meanwhile() {
    let family = Family::new().await;
    let request = family.ask(&["core_use", "progress_reel_to_parent"]).await;
    assert_eq!(request["child"], "ada");
    assert_eq!(request["guardian"], "mum");
    assert_eq!(request["notice"], 1);
    assert_eq!(request["consents"][0]["state"], "notice_sent");
    assert!(request["email_id"].is_string(), "{request:#}");
    let message = family.message("mum@example.org", 0).await;
    assert!(
        message.contains("Ada uses a learning platform"),
        "{message}"
    );
    assert!(!message.contains("Lovelace"), "more than the first name");
    assert!(
        message.contains("Before the following is allowed"),
        "{message}"
    );
    let path = format!(
        "/v1/consents/requests/{}",
        request["id"].as_str().expect("an id")
    );
    let read = family.key.get(&path).await.assert_status(200).json();
    assert_eq!(read, request);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_published_notice_nobody_is_asked() {
    let family = Family::without_notice().await;
    let body = json!({ "child": "ada", "scopes": ["core_use"] });
    family
        .try_ask(body)
        .await
        .assert_problem(409, "notice_missing");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_can_not_be_asked_is_told_with_its_field() {
    let family = Family::new().await;
    let key = &family.key;
    for (id, body) in [
        (
            "grown",
            json!({ "persona": "student", "age_band": "adult" }),
        ),
        (
            "teen",
            json!({ "persona": "student", "age_band": "13_to_15", "guardian": "mum" }),
        ),
        (
            "alone",
            json!({ "persona": "student", "age_band": "under_13" }),
        ),
        ("silent", json!({ "persona": "parent" })),
    ] {
        key.put(&format!("/v1/users/{id}"), &body)
            .await
            .assert_status(201);
    }
    for (body, pointer, code) in [
        (
            json!({ "child": "ada", "scopes": ["advertising"] }),
            "/scopes/0",
            "no_scope",
        ),
        (
            json!({ "child": "ada", "scopes": ["core_use", "disclose:"] }),
            "/scopes/1",
            "no_scope",
        ),
        (
            json!({ "child": "nobody", "scopes": ["core_use"] }),
            "/child",
            "unknown_user",
        ),
        (
            json!({ "child": "grown", "guardian": "mum", "scopes": ["core_use"] }),
            "/child",
            "not_required",
        ),
        (
            json!({ "child": "teen", "scopes": ["invite_friend"] }),
            "/child",
            "not_required",
        ),
        (
            json!({ "child": "alone", "scopes": ["core_use"] }),
            "/guardian",
            "required",
        ),
        (
            json!({ "child": "ada", "guardian": "teen", "scopes": ["core_use"] }),
            "/guardian",
            "no_guardian",
        ),
        (
            json!({ "child": "ada", "guardian": "ada", "scopes": ["core_use"] }),
            "/guardian",
            "no_guardian",
        ),
        (
            json!({ "child": "ada", "guardian": "silent", "scopes": ["core_use"] }),
            "/email",
            "required",
        ),
        (
            json!({ "child": "ada", "email": "ada@example.org", "scopes": ["core_use"] }),
            "/email",
            "address_of_a_minor",
        ),
        (
            json!({ "child": "ada", "email": "no address", "scopes": ["core_use"] }),
            "/email",
            "malformed_email",
        ),
    ] {
        let problem = family.try_ask(body.clone()).await;
        let problem = problem.assert_problem(422, "validation_failed");
        let fault = &problem["errors"][0];
        assert_eq!(
            (&fault["pointer"], &fault["code"]),
            (&json!(pointer), &json!(code)),
            "{body}"
        );
    }
    // Outside the platform a minor's data goes with a guardian's consent too.
    let body = json!({ "child": "teen", "scopes": ["disclose:university"] });
    family.try_ask(body).await.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_or_allowed_already_is_not_asked_again() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let again = json!({ "child": "ada", "scopes": ["core_use"] });
    family
        .try_ask(again.clone())
        .await
        .assert_problem(409, "conflict");
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::hours(25)).await;
    let path = family.path_in_mail("mum@example.org", 1).await;
    family.press(&path, "confirm", &[]).await;
    family.try_ask(again).await.assert_problem(409, "conflict");
    let more = family.ask(&["core_use", "progress_reel_to_parent"]).await;
    let consents = more["consents"].as_array().expect("consents");
    assert_eq!(consents.len(), 1, "only what is new");
    assert_eq!(consents[0]["scope"], "progress_reel_to_parent");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_address_is_asked_five_times_a_day_at_most() {
    let family = Family::new().await;
    for number in 0..6 {
        let child = format!("child-{number}");
        let body = json!({ "persona": "student", "age_band": "under_13", "guardian": "mum" });
        family
            .key
            .put(&format!("/v1/users/{child}"), &body)
            .await
            .assert_status(201);
        let answer = family
            .try_ask(json!({ "child": child, "scopes": ["core_use"] }))
            .await;
        match number {
            0..5 => answer.assert_status(201),
            _ => answer.assert_status(429),
        };
    }
    family.app.clock.advance(TimeDelta::days(1));
    let answer = family
        .try_ask(json!({ "child": "child-5", "scopes": ["core_use"] }))
        .await;
    answer.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_asked_at_a_wrong_address_is_withdrawn_and_asked_again() {
    let family = Family::new().await;
    let asked = family
        .try_ask(json!({ "child": "ada", "scopes": ["core_use"], "email": "typo@example.org" }))
        .await;
    asked.assert_status(201);
    let path = family.path_in_mail("typo@example.org", 0).await;
    let listed = family.key.get("/v1/users/ada/consents").await.json();
    let id = listed["items"][0]["id"].as_str().expect("an id").to_owned();
    let revoke = format!("/v1/consents/{id}/revoke");
    family
        .key
        .post(&revoke, &json!({}))
        .await
        .assert_status(200);
    let told = family.press(&path, "allow", &["core_use"]).await;
    assert!(told.contains("has withdrawn its question"), "{told}");
    assert_eq!(family.states("ada").await[0].1, "revoked");
    family.ask(&["core_use"]).await;
    // Who opens the former link is not told that somebody used it.
    let told = family.page(&path).await;
    assert!(told.contains("because you were asked again"), "{told}");
    let told = family.page(&format!("{path}?lang=de")).await;
    assert!(told.contains("Link in der neuesten Nachricht"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_minor_is_no_guardian_and_has_no_second_address() {
    let family = Family::new().await;
    let young = json!({ "persona": "parent", "age_band": "16_17", "email": "sis@example.org" });
    family
        .key
        .put("/v1/users/sis", &young)
        .await
        .assert_status(201);
    let problem = family
        .try_ask(json!({ "child": "ada", "guardian": "sis", "scopes": ["core_use"] }))
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "guardian_is_minor");
    let problem = family
        .try_ask(json!({ "child": "ada", "scopes": ["core_use"], "email": "Ada+mum@example.org" }))
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "address_of_a_minor");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_allows_learning_and_nothing_else() {
    let family = Family::new().await;
    let authorise = async |child: &str, scope: &str| {
        let body = json!({ "child": child, "scope": scope });
        family
            .key
            .post("/v1/consents/school-authorisations", &body)
            .await
    };
    let consent = authorise("ada", "core_use").await.assert_status(201).json();
    assert_eq!(consent["state"], "school_authorised");
    assert_eq!(consent["institution"], "school-1");
    assert_eq!(consent["guardian"], json!(null));
    authorise("ada", "core_use")
        .await
        .assert_problem(409, "conflict");
    for scope in [
        "invite_friend",
        "public_display",
        "progress_reel_to_parent",
        "disclose:crm",
    ] {
        let problem = authorise("ada", scope)
            .await
            .assert_problem(422, "validation_failed");
        assert_eq!(problem["errors"][0]["code"], "school_scope_only");
    }
    let problem = authorise("mum", "core_use")
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["code"], "no_institution");
    family.link().await.assert_problem(403, "school_scope_only");
    // The next school year.
    let path = format!(
        "/v1/consents/{}/revoke",
        consent["id"].as_str().expect("an id")
    );
    let revoked = family.key.post(&path, &json!({})).await;
    assert_eq!(
        revoked.assert_status(200).json()["consent"]["state"],
        "revoked"
    );
    let again = authorise("ada", "core_use").await.assert_status(201).json();
    assert_eq!(again["id"], consent["id"], "its steps go on");
    assert_eq!(again["state"], "school_authorised");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_school_allows_nothing_for_a_child_who_has_left_it() {
    let family = Family::new().await;
    for institution in [json!("school-2"), json!(null)] {
        let body = json!({ "child": "ada", "scope": "core_use" });
        let path = "/v1/consents/school-authorisations";
        family.key.post(path, &body).await.assert_status(201);
        let same =
            json!({ "institution": family.key.get("/v1/users/ada").await.json()["institution"] });
        family.key.put("/v1/users/ada", &same).await;
        let is_allowed = async || {
            let states = family.states("ada").await;
            states.iter().any(|(_, state)| state == "school_authorised")
        };
        assert!(is_allowed().await, "nothing has changed yet");
        let other = json!({ "institution": institution });
        let moved = family.key.put("/v1/users/ada", &other).await;
        moved.assert_status(200);
        assert!(!is_allowed().await);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn consents_are_listed_filtered_and_counted() {
    let family = Family::new().await;
    family.ask(&["core_use", "progress_reel_to_parent"]).await;
    family.granted_by_card("invite_friend").await;
    let count = async |filter: &str| {
        let page = family.key.get(&format!("/v1/consents?{filter}")).await;
        let page = page.assert_status(200).json();
        page["items"].as_array().expect("items").len()
    };
    for (filter, expected) in [
        ("", 3),
        ("state=active", 1),
        ("state=notice_sent", 2),
        ("scope=core_use", 1),
        ("child=ada", 3),
        ("child=nobody", 0),
        ("guardian=mum&state=active", 1),
        ("guardian=dad", 0),
        ("limit=2", 2),
    ] {
        assert_eq!(count(filter).await, expected, "{filter}");
    }
    let overview = family
        .key
        .get("/v1/consents/overview")
        .await
        .assert_status(200)
        .json();
    assert_eq!(
        overview["counts"],
        json!([
            { "scope": "core_use", "state": "notice_sent", "count": 1 },
            { "scope": "invite_friend", "state": "active", "count": 1 },
            { "scope": "progress_reel_to_parent", "state": "notice_sent", "count": 1 },
        ])
    );
    assert_eq!(overview["pending"], json!([{ "days": 0, "count": 2 }]));
    assert_eq!(overview["expiring"], 0);
}

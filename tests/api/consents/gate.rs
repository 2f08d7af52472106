//! What the gate allows, by links: sharing one is inviting.

use reqwest::Method;
use serde_json::{Value, json};
use viral_engine_domain::consents::Gate;
use viral_engine_http::permissions::TABLE;

use super::family::Family;

#[tokio::test(flavor = "multi_thread")]
async fn a_child_invites_with_a_consent_to_inviting_alone() {
    let family = Family::new().await;
    family
        .link()
        .await
        .assert_problem(403, "parental_consent_required");
    family.consented().await;
    family
        .link()
        .await
        .assert_problem(403, "parental_consent_required");
    family.granted_by_card("invite_friend").await;
    // The row came from elsewhere: nobody was told, and what is remembered counts for a second.
    family
        .run_sql("UPDATE consent_epoch SET epoch = epoch + 1")
        .await;
    let begun = std::time::Instant::now();
    while family.link().await.status != 201 {
        assert!(begun.elapsed() < std::time::Duration::from_secs(5));
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_state_tells_its_own_reason() {
    let family = Family::new().await;
    let id = family.granted_by_card("invite_friend").await;
    for (state, code) in [
        ("denied", "consent_denied"),
        ("suspended", "consent_suspended"),
        ("revoked", "consent_withdrawn"),
        ("deleting", "consent_withdrawn"),
        ("reconsent_required", "reconsent_required"),
        ("expired", "parental_consent_required"),
    ] {
        let sql = format!(
            "UPDATE consents SET state = '{state}' WHERE id = '{id}'; \
             WITH bumped AS (UPDATE consent_epoch SET epoch = epoch + 1 RETURNING epoch) \
             INSERT INTO consent_changes SELECT epoch, (SELECT child_id FROM consents WHERE id = '{id}'), now() FROM bumped"
        );
        family.run_sql(&sql).await;
        let begun = std::time::Instant::now();
        loop {
            let answer = family.link().await;
            if answer.json()["code"] == code {
                answer.assert_problem(403, code);
                break;
            }
            assert!(
                begun.elapsed() < std::time::Duration::from_millis(1_500),
                "{state}: {}",
                answer.json()
            );
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn in_a_bulk_call_each_link_is_judged_by_its_own_referrer() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    let body = json!({ "persona": "student", "age_band": "under_13", "guardian": "dad" });
    family
        .key
        .put("/v1/users/bob", &body)
        .await
        .assert_status(201);
    let link = |referrer: &str| json!({ "referrer": referrer, "source": "s", "channel": "qr", "target_url": "https://learn.example.org/" });
    let body = json!({ "links": [link("ada"), link("bob"), link("mum"), link("nobody")] });
    let answer = family
        .key
        .post("/v1/links/bulk", &body)
        .await
        .assert_status(200)
        .json();
    let codes: Vec<_> = answer["results"]
        .as_array()
        .expect("results")
        .iter()
        .map(|result| result["problem"]["code"].clone())
        .collect();
    let denied = json!("parental_consent_required");
    assert_eq!(codes, [json!(null), denied.clone(), json!(null), denied]);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_turns_out_to_be_a_child_keeps_the_links_that_a_guardian_allows() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    let link = family.link().await.assert_status(201).json();
    family
        .key
        .put("/v1/users/ada", &json!({ "age_band": "unknown" }))
        .await
        .assert_status(200);
    let path = format!("/v1/links/{}", link["id"].as_str().expect("an id"));
    assert_eq!(family.key.get(&path).await.json()["status"], "active");
}

/// Ada as she is after her mother has taken everything back: with a link and a recap from before.
struct Withdrawn {
    family: Family,
    link: String,
    recap: String,
    page: String,
}

impl Withdrawn {
    async fn new() -> Self {
        let family = Family::new().await;
        let consents = [
            family.granted_by_card("invite_friend").await,
            family.granted_by_card("progress_reel_to_parent").await,
        ];
        let link = family.link().await.assert_status(201).json();
        family.taught().await;
        assert_eq!(family.recaps().await, 1);
        let recaps = family.key.get("/v1/recaps").await.json();
        let page = family.message("mum@example.org", 0).await;
        let (_, page) = page
            .split_once("https://go.example.org/r/")
            .expect("a link");
        let token: String = page
            .chars()
            .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
            .collect();
        for consent in consents {
            let path = format!("/v1/consents/{consent}/revoke");
            family.key.post(&path, &json!({})).await.assert_status(200);
        }
        let id = |value: &Value| value["id"].as_str().expect("an id").to_owned();
        Self {
            link: id(&link),
            recap: id(&recaps["items"][0]),
            page: format!("/r/{token}"),
            family,
        }
    }

    /// Tries an operation that asks the gate, and answers what it says of Ada.
    async fn tried(&self, operation: &str) -> String {
        let (key, anyone) = (&self.family.key, self.family.app.anonymous());
        let link = json!({ "referrer": "ada", "source": "s", "channel": "qr", "target_url": "https://learn.example.org/" });
        let answer = match operation {
            "create_link" => key.post("/v1/links", &link).await,
            "create_links" => {
                key.post("/v1/links/bulk", &json!({ "links": [link] }))
                    .await
            }
            "update_link" => {
                let path = format!("/v1/links/{}", self.link);
                let tag = key
                    .get(&path)
                    .await
                    .header("etag")
                    .expect("an etag")
                    .to_owned();
                let request = key.request(Method::PATCH, &path).header("if-match", tag);
                key.send(request.json(&json!({ "disabled": false }))).await
            }
            "create_recaps" => {
                let body = json!({ "week": "2026-03-09" });
                key.post("/v1/recaps", &body).await.assert_status(202);
                assert_eq!(self.family.recaps().await, 0);
                key.get("/v1/recaps").await
            }
            "resend_recap" => {
                let path = format!("/v1/recaps/{}/resend", self.recap);
                key.post(&path, &json!({})).await
            }
            "show_recaps" => anyone.get(&self.page).await,
            "choose_recaps" => anyone.post(&format!("{}/on", self.page), &json!({})).await,
            other => panic!("{other} asks the gate and is not tried"),
        };
        String::from_utf8(answer.body).expect("text")
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_operation_that_asks_the_gate_refuses_or_tells_nothing_without_a_consent() {
    let withdrawn = Withdrawn::new().await;
    let asks = TABLE.iter().filter_map(|operation| match operation.gate {
        Gate::Asks(_) => Some(operation.id),
        Gate::Nothing | Gate::Records => None,
    });
    let mut asks: Vec<&str> = asks.collect();
    // It does the week again, after which there is no recap to be sent.
    asks.sort_by_key(|id| *id == "create_recaps");
    assert!(asks.len() >= 7, "{asks:?}");
    for operation in asks {
        let said = withdrawn.tried(operation).await;
        let expected = match operation {
            "create_link" | "create_links" | "update_link" => "consent_withdrawn",
            "resend_recap" => "does not consent to progress reports",
            "create_recaps" => "\"items\":[]",
            _ => "<h1>",
        };
        assert!(said.contains(expected), "{operation}: {said}");
        assert!(!said.contains("Physics"), "{operation} tells: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_childs_link_has_no_alias() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    let body = json!({
        "referrer": "ada", "source": "buddy_challenge", "channel": "copy", "alias": "our-class",
        "target_url": "https://learn.example.org/join",
    });
    let problem = family
        .key
        .post("/v1/links", &body)
        .await
        .assert_problem(422, "validation_failed");
    assert_eq!(problem["errors"][0]["pointer"], "/alias");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_platform_asks_what_a_user_may_do_and_is_told_why_not() {
    let family = Family::new().await;
    let id = family.granted_by_card("invite_friend").await;
    family.ask(&["public_display"]).await;
    let decisions = |path: &'static str| family.key.get(path);
    let list = decisions("/v1/users/ada/decisions")
        .await
        .assert_status(200)
        .json();
    assert_eq!(list["age_band"], "under_13");
    let of = |list: &Value, action: &str| -> Value {
        let items = list["items"].as_array().expect("items");
        let found = items.iter().find(|item| item["action"] == action);
        found.cloned().unwrap_or_default()
    };
    let invite = of(&list, "send_invite");
    assert_eq!(invite["allowed"], true);
    assert_eq!(invite["consent_id"], json!(id));
    assert_eq!(invite["notice"], 1);
    let profile = of(&list, "public_profile");
    assert_eq!(profile["allowed"], false);
    assert_eq!(profile["reason"], "consent_pending");
    assert_eq!(profile["scope"], "public_display");
    assert!(
        profile["detail"]
            .as_str()
            .expect("words")
            .contains("ada is under 13")
    );
    assert_eq!(
        of(&list, "use_platform")["reason"],
        "parental_consent_required"
    );
    assert_eq!(of(&list, "share_education_record"), Value::Null);

    let list = decisions("/v1/users/ada/decisions?recipient=district")
        .await
        .json();
    let record = of(&list, "share_education_record");
    assert_eq!(record["scope"], "disclose:district");
    assert_eq!(record["reason"], "ferpa_record");
    assert_eq!(
        of(&list, "process_with_ai")["scope"],
        "ai_processing:district"
    );
    let list = decisions("/v1/users/mum/decisions").await.json();
    let items = list["items"].as_array().expect("items");
    assert!(items.iter().all(|item| item["allowed"] == true));
    assert_eq!(items[0].get("consent_id"), None);

    decisions("/v1/users/nobody/decisions")
        .await
        .assert_problem(404, "not_found");
    let wrong = decisions("/v1/users/ada/decisions?recipient=The%20District").await;
    wrong.assert_problem(400, "malformed_request");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_material_notice_ends_what_was_allowed_before_even_while_jobs_are_paused() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    let admin = family
        .app
        .operator(viral_engine_api_types::permissions::Role::Admin)
        .await;
    for queue in ["default", "email"] {
        let pause = format!("/v1/queues/{queue}/pause");
        admin.post(&pause, &json!({})).await.assert_status(200);
    }
    family.link().await.assert_status(201);
    family.publish("Something else.", true).await;
    family
        .link()
        .await
        .assert_problem(403, "reconsent_required");
    let list = family.key.get("/v1/users/ada/decisions").await.json();
    assert_eq!(list["items"][1]["reason"], "reconsent_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_former_guardian_allowed_has_to_be_asked_of_the_new_one() {
    let family = Family::new().await;
    family.granted_by_card("invite_friend").await;
    family.ask(&["public_display"]).await;
    family.link().await.assert_status(201);
    let path = "/v1/users/ada";
    family
        .key
        .put(path, &json!({ "guardian": "dad" }))
        .await
        .assert_status(200);
    family
        .link()
        .await
        .assert_problem(403, "reconsent_required");
    let ended = |scope: &str| (scope.to_owned(), "reconsent_required".to_owned());
    assert_eq!(
        family.states("ada").await,
        [ended("invite_friend"), ended("public_display")]
    );
    // Sent again as it is, it changes nothing.
    family.granted_by_card("core_use").await;
    family
        .key
        .put(path, &json!({ "guardian": "dad" }))
        .await
        .assert_status(200);
    let states = family.states("ada").await;
    assert!(
        states.contains(&("core_use".to_owned(), "active".to_owned())),
        "{states:?}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_answers_at_another_address_than_the_one_on_record_reaches_that_request_alone() {
    let family = Family::new().await;
    let other = family.granted_by_card("invite_friend").await;
    let scopes = ["core_use"];
    let body = json!({ "child": "ada", "scopes": scopes, "email": "typo@example.org" });
    family.try_ask(body).await.assert_status(201);
    let path = family.path_in_mail("typo@example.org", 0).await;
    family.press(&path, "allow", &scopes).await;
    family.pass(chrono::TimeDelta::hours(25)).await;
    let confirm = family.path_in_mail("typo@example.org", 1).await;
    family.press(&confirm, "confirm", &[]).await;
    let receipt = family.path_in_mail("typo@example.org", 2).await;
    for page in [&receipt, &path] {
        let page = family.page(page).await;
        assert!(page.contains("Learning on the platform"), "{page}");
        assert!(!page.contains("Inviting friends"), "{page}");
        assert!(!page.contains("/data/"), "{page}");
    }
    family
        .press(&receipt, &format!("revoke/{other}"), &[])
        .await;
    family.link().await.assert_status(201);
    let own = family.key.get("/v1/users/ada/consents").await.json();
    let items = own["items"].as_array().expect("items");
    let own = items
        .iter()
        .find(|item| item["scope"] == "core_use")
        .expect("one");
    assert_eq!(own["state"], "active");
    let id = own["id"].as_str().expect("an id");
    family.press(&receipt, &format!("revoke/{id}"), &[]).await;
    let own = family.key.get(&format!("/v1/consents/{id}")).await.json();
    assert_eq!(own["consent"]["state"], "revoked");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_former_or_erased_guardian_has_ended_binds_the_next_one_no_longer() {
    let family = Family::new().await;
    let id = family.granted_by_card("invite_friend").await;
    let path = "/v1/users/ada";
    let name = |guardian: &'static str| json!({ "guardian": guardian });
    family.key.put(path, &name("dad")).await.assert_status(200);
    let revoke = format!("/v1/consents/{id}/revoke");
    family
        .key
        .post(&revoke, &json!({}))
        .await
        .assert_status(200);
    family.link().await.assert_problem(403, "consent_withdrawn");
    // Father, who is on record now, allows it afterwards.
    family.app.clock.advance(chrono::TimeDelta::minutes(1));
    family.granted_by_card("invite_friend").await;
    family
        .key
        .put(
            "/v1/users/gran",
            &json!({ "persona": "parent", "age_band": "adult" }),
        )
        .await;
    family.refresh().await;
    family.link().await.assert_status(201);

    crate::data_rights::delete(&family.key, "dad").await;
    family.link().await.assert_problem(403, "consent_withdrawn");
    family.key.put(path, &name("gran")).await.assert_status(200);
    family.granted_by_card("invite_friend").await;
    family.refresh().await;
    family.link().await.assert_status(201);
}

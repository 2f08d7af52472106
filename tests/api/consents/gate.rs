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

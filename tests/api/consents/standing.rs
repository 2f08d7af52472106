//! What stands: an answer outlasts that somebody is asked anew, and nothing is allowed to, or said about, whoever is erased.

use chrono::TimeDelta;
use futures_util::future::join_all;
use serde_json::{Value, json};

use super::family::Family;
use crate::world::{number, texts};

const SCOPE: &str = "invite_friend";

impl Family {
    /// Both parents allow inviting; the ids of the mother's and the father's consents.
    pub async fn allowed_by_both(&self) -> (String, String) {
        let dads = self.granted_by_card(SCOPE).await;
        let sql = format!(
            "UPDATE consents SET guardian_id = (SELECT id FROM users WHERE external_id = 'dad') WHERE id = '{dads}'"
        );
        self.run_sql(&sql).await;
        let mums = self.granted_by_card(SCOPE).await;
        self.run_sql("UPDATE consents SET created_at = '2026-03-01'")
            .await;
        self.refresh().await;
        self.link().await.assert_status(201);
        (mums, dads)
    }

    async fn act(&self, path: &str) {
        let done = self.key.post(path, &json!({})).await;
        assert!(done.status < 300, "{path}: {done:?}");
    }

    /// Why Ada may not share a link.
    async fn why_not(&self) -> String {
        let answer = self.link().await;
        assert_eq!(answer.status, 403, "{answer:?}");
        answer.json()["code"].as_str().expect("a code").to_owned()
    }

    async fn ask_for_inviting(&self, guardian: &str) {
        let body = json!({ "child": "ada", "guardian": guardian, "scopes": [SCOPE] });
        self.try_ask(body).await.assert_status(201);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_guardian_has_taken_back_stays_so_while_the_same_is_asked_anew_and_after_a_no() {
    let family = Family::new().await;
    let (mums, dads) = family.allowed_by_both().await;
    family.app.clock.advance(TimeDelta::minutes(1));
    family.act(&format!("/v1/consents/{dads}/revoke")).await;
    assert_eq!(family.why_not().await, "consent_withdrawn");
    family.ask_for_inviting("dad").await;
    assert_eq!(family.why_not().await, "consent_pending");
    let path = family.path_in_mail("dad@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    assert_eq!(family.why_not().await, "consent_denied");
    family.act(&format!("/v1/consents/{mums}/revoke")).await;
    family.app.clock.advance(TimeDelta::minutes(1));
    family.ask_for_inviting("mum").await;
    assert_ne!(family.why_not().await, "");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guardian_on_record_who_took_it_back_is_not_overruled_by_being_asked_anew() {
    let family = Family::new().await;
    let (mums, _) = family.allowed_by_both().await;
    family.act(&format!("/v1/consents/{mums}/revoke")).await;
    family.ask_for_inviting("mum").await;
    assert_eq!(family.why_not().await, "consent_pending");
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    assert_eq!(family.why_not().await, "consent_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_by_messages_is_given_when_it_is_confirmed() {
    let family = Family::new().await;
    let by_dad = json!({ "child": "ada", "guardian": "dad", "scopes": ["core_use"] });
    let asked = family.try_ask(by_dad).await.assert_status(201).json();
    let path = family.path_in_mail("dad@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::hours(25)).await;
    let path = family.path_in_mail("dad@example.org", 1).await;
    family.press(&path, "confirm", &[]).await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::hours(12)).await;
    let dads = asked["consents"][0]["id"].as_str().expect("an id");
    family.act(&format!("/v1/consents/{dads}/revoke")).await;
    family.pass(TimeDelta::hours(13)).await;
    let path = family.path_in_mail("mum@example.org", 1).await;
    family.press(&path, "confirm", &[]).await;
    family.refresh().await;
    let told = family.key.get("/v1/users/ada/decisions").await.json();
    assert_eq!(told["items"][0]["action"], "use_platform");
    assert_eq!(told["items"][0]["allowed"], true, "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_outlasts_that_the_guardian_is_asked_by_another_notice() {
    let family = Family::new().await;
    let (mums, _) = family.allowed_by_both().await;
    family.act(&format!("/v1/consents/{mums}/suspend")).await;
    assert_eq!(family.why_not().await, "consent_suspended");
    family.publish("Said in other words.", false).await;
    family.ask_for_inviting("mum").await;
    assert_eq!(family.why_not().await, "consent_pending");
}

#[tokio::test(flavor = "multi_thread")]
async fn not_my_child_takes_nothing_back_of_what_was_refused_about_another() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    family.ask(&["progress_reel_to_parent"]).await;
    let stranger = json!({ "persona": "student", "age_band": "under_13", "guardian": "dad" });
    family
        .key
        .put("/v1/users/bob", &stranger)
        .await
        .assert_status(201);
    let mistaken = json!({ "child": "bob", "scopes": ["core_use"], "email": "mum@example.org" });
    family.try_ask(mistaken).await.assert_status(201);
    let path = family.path_in_mail("mum@example.org", 2).await;
    family.press(&path, "not-mine", &[]).await;
    // What is asked about the other child there ends too, and has to be asked elsewhere.
    let ended = (
        "progress_reel_to_parent".to_owned(),
        "reconsent_required".to_owned(),
    );
    assert!(family.states("ada").await.contains(&ended));
    let body = json!({ "child": "ada", "scope": "core_use" });
    let authorised = family.key.post("/v1/consents/school-authorisations", &body);
    authorised.await.assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_address_of_whoever_never_allowed_anything_goes_when_somebody_else_is_the_guardian() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    family.message("mum@example.org", 0).await;
    let body = json!({ "guardian": "dad" });
    family
        .key
        .put("/v1/users/ada", &body)
        .await
        .assert_status(200);
    family.pass(TimeDelta::hours(1)).await;
    family.pass(TimeDelta::hours(13)).await;
    let mut conn = family.app.db().connection().await;
    let kept = "SELECT count(*) FROM consent_requests WHERE contact_cipher IS NOT NULL";
    assert_eq!(number(&mut conn, kept).await, 0);
    let kept = "SELECT count(*) FROM emails WHERE address_cipher IS NOT NULL";
    assert_eq!(number(&mut conn, kept).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_of_two_steps_opens_nothing_of_what_is_held() {
    let family = Family::new().await;
    family.consented().await;
    let receipt = family.path_in_mail("mum@example.org", 2).await;
    let body = json!({ "persona": "student", "age_band": "under_13", "guardian": "mum" });
    let bob = family.key.put("/v1/users/bob", &body).await;
    let bob = bob.assert_status(201).json()["id"]
        .as_str()
        .expect("an id")
        .to_owned();
    let asked = json!({ "child": "bob", "scopes": ["core_use"] });
    family.try_ask(asked).await.assert_status(201);
    let path = family.path_in_mail("mum@example.org", 3).await;
    family.press(&path, "allow", &["core_use"]).await;
    for what in ["summary", "export", "deletion"] {
        let told = family
            .press(&receipt, &format!("data/{what}/{bob}"), &[])
            .await;
        assert!(!told.contains("We have mailed you a link"), "{told}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn once_a_deletion_is_asked_for_nothing_new_is_allowed_even_while_queues_are_paused() {
    let family = Family::new().await;
    family.act("/v1/queues/default/pause").await;
    let body = json!({ "persona": "student", "age_band": "13_to_15" });
    family
        .key
        .put("/v1/users/max", &body)
        .await
        .assert_status(201);
    let link = json!({ "referrer": "max", "source": "buddy_challenge", "channel": "qr",
        "target_url": "https://learn.example.org/" });
    let minted = family
        .key
        .post("/v1/links", &link)
        .await
        .assert_status(201)
        .json();
    for user in ["ada", "max"] {
        let body = json!({ "user": user, "kind": "deletion" });
        let asked = family.key.post("/v1/data-requests", &body).await;
        asked.assert_status(202);
    }
    let body = json!({ "child": "ada", "scopes": ["core_use"] });
    family
        .try_ask(body)
        .await
        .assert_problem(403, "user_erased");
    let body = json!({ "child": "ada", "scope": "core_use" });
    let school = family.key.post("/v1/consents/school-authorisations", &body);
    school.await.assert_problem(403, "user_erased");
    let again = family.key.post("/v1/links", &link).await;
    again.assert_problem(403, "user_erased");
    let path = format!("/v1/links/{}", minted["id"].as_str().expect("an id"));
    assert_eq!(family.key.get(&path).await.json()["status"], "disabled");
    let decisions = family.key.get("/v1/users/max/decisions").await.json();
    assert_eq!(decisions["items"][0]["reason"], "user_erased");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_minted_while_an_age_is_corrected_does_not_lead_on() {
    let family = Family::new().await;
    for round in 0..5 {
        let user = format!("/v1/users/max-{round}");
        let body = json!({ "persona": "student", "age_band": "13_to_15" });
        family.key.put(&user, &body).await.assert_status(201);
        let link = json!({ "referrer": format!("max-{round}"), "source": "buddy_challenge", "channel": "qr",
            "target_url": "https://learn.example.org/" });
        let mint = async || {
            let mut minted = Vec::new();
            for _ in 0..8 {
                let answer = family.key.post("/v1/links", &link).await;
                if answer.status == 201 {
                    minted.push(answer.json()["id"].as_str().expect("an id").to_owned());
                }
            }
            minted
        };
        let correct = async {
            tokio::time::sleep(std::time::Duration::from_millis(15)).await;
            let body = json!({ "age_band": "under_13" });
            family.key.put(&user, &body).await.assert_status(200);
        };
        let (minted, ()) = tokio::join!(join_all((0..6).map(|_| mint())), correct);
        for id in minted.concat() {
            let link = family.key.get(&format!("/v1/links/{id}")).await.json();
            assert_eq!(link["status"], "disabled", "{link}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_address_gets_no_more_requests_a_day_however_many_are_asked_for_at_once() {
    let family = Family::new().await;
    for child in 0..12 {
        let body = json!({ "persona": "student", "age_band": "under_13", "guardian": "mum" });
        let user = family
            .key
            .put(&format!("/v1/users/child-{child}"), &body)
            .await;
        user.assert_status(201);
    }
    let ask = |child: i32| {
        let body = json!({ "child": format!("child-{child}"), "scopes": ["core_use"] });
        family.try_ask(body)
    };
    let answers = join_all((0..12).map(ask)).await;
    let asked = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!(asked, 5);
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_parent_any_more_allows_nothing_any_more() {
    let family = Family::new().await;
    let id = family.granted_by_card(SCOPE).await;
    let sql = format!(
        "UPDATE consents SET guardian_id = (SELECT id FROM users WHERE external_id = 'dad') WHERE id = '{id}'"
    );
    family.run_sql(&sql).await;
    family.refresh().await;
    family.link().await.assert_status(201);
    let body = json!({ "persona": "student" });
    family
        .key
        .put("/v1/users/dad", &body)
        .await
        .assert_status(200);
    assert_eq!(family.why_not().await, "reconsent_required");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_takes_the_first_step_late_has_time_for_the_second() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.pass(TimeDelta::hours(13 * 24 + 12)).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::hours(25)).await;
    // The reminder came in between.
    let path = family.path_in_mail("mum@example.org", 2).await;
    family.press(&path, "confirm", &[]).await;
    assert_eq!(
        family.states("ada").await,
        [("core_use".to_owned(), "active".to_owned())]
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_erased_is_named_as_a_guardian_or_shares_links() {
    let family = Family::new().await;
    let body = json!({ "persona": "student", "age_band": "13_to_15" });
    family
        .key
        .put("/v1/users/max", &body)
        .await
        .assert_status(201);
    for user in ["dad", "max"] {
        crate::data_rights::delete(&family.key, user).await;
    }
    let sql = "SELECT external_id FROM users WHERE deleted_at IS NOT NULL";
    let erased = texts(&mut *family.app.db().connection().await, sql).await;
    assert_eq!(erased.len(), 2);
    for row in erased {
        let name = row.trim_matches(['(', ')']);
        let body = json!({ "guardian": name });
        let named = family.key.put("/v1/users/ada", &body).await;
        let problem = named.assert_status(422).json();
        assert_eq!(problem["errors"][0]["pointer"], "/guardian", "{problem}");
        let link = json!({ "referrer": name, "source": "buddy_challenge", "channel": "qr",
            "target_url": "https://learn.example.org/" });
        let minted = family.key.post("/v1/links", &link).await;
        minted.assert_problem(403, "user_erased");
    }
}

async fn last_mail(family: &Family, kind: &str) -> Value {
    let page = family.key.get(&format!("/v1/emails?kind={kind}")).await;
    page.assert_status(200).json()["items"][0].clone()
}

/// The state of the latest message of a kind, once its job is over.
async fn settled_mail(family: &Family, kind: &str) -> Value {
    let begun = std::time::Instant::now();
    loop {
        let mail = last_mail(family, kind).await;
        if mail["state"] != "queued" {
            return mail;
        }
        assert!(
            begun.elapsed() < std::time::Duration::from_secs(20),
            "{mail}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_week_that_waits_is_not_sent_to_whom_it_may_not_be_told_any_more() {
    for (user, change) in [
        ("ada", json!({ "guardian": "dad" })),
        ("ada", json!({ "age_band": "under_13" })),
        ("ada", json!({ "age_band": "adult" })),
        ("mum", json!({ "email": "mum@example.net" })),
    ] {
        let family = Family::new().await;
        let body = json!({ "age_band": "13_to_15" });
        family
            .key
            .put("/v1/users/ada", &body)
            .await
            .assert_status(200);
        family.taught().await;
        family.act("/v1/queues/email/pause").await;
        assert_eq!(family.recaps().await, 1);
        assert_eq!(last_mail(&family, "weekly_recap").await["state"], "queued");
        let path = format!("/v1/users/{user}");
        family.key.put(&path, &change).await.assert_status(200);
        family.act("/v1/queues/email/resume").await;
        let mail = settled_mail(&family, "weekly_recap").await;
        assert_eq!(mail["state"], "failed", "{change}: {mail}");
        assert!(family.mail.received().is_empty(), "{change}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_waits_is_not_sent_once_it_is_not_asked_any_more() {
    let family = Family::new().await;
    family.act("/v1/queues/email/pause").await;
    family.ask(&["core_use"]).await;
    let body = json!({ "guardian": "dad" });
    family
        .key
        .put("/v1/users/ada", &body)
        .await
        .assert_status(200);
    family.act("/v1/queues/email/resume").await;
    let mail = settled_mail(&family, "consent_request").await;
    assert_eq!(mail["state"], "failed", "{mail}");
    assert!(family.mail.received().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_is_not_sent_again_to_whoever_said_not_to_be_the_guardian() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "not-mine", &[]).await;
    let id = last_mail(&family, "consent_request").await["id"].clone();
    let path = format!("/v1/emails/{}/resend", id.as_str().expect("an id"));
    let again = family.key.post(&path, &json!({})).await;
    again.assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_held_on_an_adult_is_not_the_parents_to_ask_for() {
    let family = Family::new().await;
    family.consented().await;
    let receipt = family.path_in_mail("mum@example.org", 2).await;
    assert!(family.page(&receipt).await.contains("See what is held"));
    let body = json!({ "age_band": "adult" });
    family
        .key
        .put("/v1/users/ada", &body)
        .await
        .assert_status(200);
    let page = family.page(&receipt).await;
    assert!(!page.contains("See what is held"), "{page}");
    let ada = family.key.get("/v1/users/ada").await.json()["id"].clone();
    let choice = format!("data/deletion/{}", ada.as_str().expect("an id"));
    let told = family.press(&receipt, &choice, &[]).await;
    assert!(!told.contains("We have mailed you a link"), "{told}");
}

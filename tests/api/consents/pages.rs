//! The guardians' pages.

use chrono::TimeDelta;
use serde_json::json;
use sha2::{Digest, Sha256};
use viral_engine_service::consents::VerificationConfig;

use super::family::Family;

#[tokio::test(flavor = "multi_thread")]
async fn both_steps_are_needed_and_what_proves_a_consent_is_kept() {
    let family = Family::new().await;
    let request = family.ask(&["core_use", "progress_reel_to_parent"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let page = family.page(&path).await;
    assert!(
        page.contains("We ask you.") && page.contains("<bdi>Ada</bdi>"),
        "{page}"
    );
    assert!(!page.contains("checked"), "nothing is ticked beforehand");

    let told = family.press(&path, "allow", &["core_use"]).await;
    assert!(told.contains("counts once you have confirmed"), "{told}");
    let expected = |core: &str| {
        [("core_use", core), ("progress_reel_to_parent", "denied")]
            .map(|(scope, state)| (scope.to_owned(), state.to_owned()))
    };
    assert_eq!(family.states("ada").await, expected("confirm_pending"));

    family.pass(TimeDelta::hours(23)).await;
    family.press(&path, "confirm", &[]).await;
    assert_eq!(
        family.states("ada").await,
        expected("confirm_pending"),
        "too soon, and by the first link"
    );
    family.pass(TimeDelta::hours(2)).await;
    family.press(&path, "confirm", &[]).await;
    assert_eq!(
        family.states("ada").await,
        expected("confirm_pending"),
        "not by the first link"
    );
    let second = family.path_in_mail("mum@example.org", 1).await;
    assert!(family.page(&second).await.contains("Please confirm"));
    assert_eq!(
        family.states("ada").await,
        expected("confirm_pending"),
        "loading it changes nothing"
    );
    family.press(&second, "confirm", &[]).await;
    assert_eq!(family.states("ada").await, expected("active"));

    let id = request["consents"][0]["id"].as_str().expect("an id");
    let details = family.key.get(&format!("/v1/consents/{id}")).await;
    let details = details.assert_status(200).json();
    let evidence = &details["consent"]["evidence"];
    let shown = "<h2>Why we ask</h2>\n<p>We ask you.</p>\n";
    assert_eq!(
        evidence["notice_sha256"],
        hex::encode(Sha256::digest(shown))
    );
    assert_eq!(evidence["notice"], 1);
    assert_eq!(evidence["locale"], "en");
    assert_eq!(evidence["method"], "email_plus");
    let email = request["email_id"].as_str().expect("an id");
    assert_eq!(evidence["transaction"], format!("email/{email}"));
    let steps = details["steps"].as_array().expect("steps");
    let events: Vec<_> = steps
        .iter()
        .map(|step| (step["event"].clone(), step["by"].clone()))
        .collect();
    let expected = [
        ("asked", "api_key"),
        ("method_chosen", "guardian"),
        ("verified", "guardian"),
        ("confirmed", "guardian"),
    ];
    assert_eq!(
        events,
        expected.map(|(event, by)| (json!(event), json!(by)))
    );
    assert!(
        family
            .message("mum@example.org", 2)
            .await
            .contains("You have allowed this for Ada")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn the_notice_proves_the_language_it_was_shown_in() {
    let family = Family::new().await;
    let body = json!({ "child": "ada", "guardian": "dad", "scopes": ["core_use"] });
    let request = family.try_ask(body).await.assert_status(201).json();
    assert_eq!(request["locale"], "de");
    let path = family.path_in_mail("dad@example.org", 0).await;
    let page = family.page(&path).await;
    assert!(
        page.contains("lang=\"de\"") && page.contains("Warum wir fragen"),
        "{page}"
    );
    let english = family.page(&format!("{path}?lang=en")).await;
    assert!(english.contains("Why we ask"));
    family
        .press(&format!("{path}?lang=en"), "allow", &["core_use"])
        .await;
    let id = request["consents"][0]["id"].as_str().expect("an id");
    let details = family.key.get(&format!("/v1/consents/{id}")).await.json();
    assert_eq!(details["consent"]["evidence"]["locale"], "en");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_that_leaves_the_platform_can_be_allowed_by_mail_alone() {
    let family = Family::new().await;
    let scopes = [
        "core_use",
        "invite_friend",
        "public_display",
        "disclose:crm",
        "ai_processing:llm",
    ];
    family.ask(&scopes).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let page = family.page(&path).await;
    assert_eq!(page.matches(" disabled>").count(), 4, "{page}");
    // A browser that was tampered with sends them all the same.
    let told = family
        .press(&path, "allow", &["invite_friend", "public_display"])
        .await;
    assert!(told.contains("needs a stronger proof"), "{told}");
    let told = family.press(&path, "allow", &scopes).await;
    assert!(told.contains("needs a stronger proof"), "{told}");
    family.press(&path, "allow", &["core_use"]).await;
    for (scope, state) in family.states("ada").await {
        let expected = if scope == "core_use" {
            "confirm_pending"
        } else {
            "denied"
        };
        assert_eq!(state, expected, "{scope}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_says_no() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let told = family.press(&path, "refuse", &[]).await;
    assert!(told.contains("nothing of this is allowed"), "{told}");
    // What to do after a mistake, and whom to write to.
    assert!(
        told.contains("If you pressed this by mistake") && told.contains("We ask you."),
        "{told}"
    );
    assert_eq!(
        family.states("ada").await,
        [("core_use".to_owned(), "denied".to_owned())]
    );
    let told = family.press(&path, "allow", &["core_use"]).await;
    assert!(told.contains("answered this already"), "{told}");
    assert_eq!(
        family.states("ada").await,
        [("core_use".to_owned(), "denied".to_owned())]
    );
    let again = json!({ "child": "ada", "scopes": ["core_use"] });
    family.try_ask(again).await.assert_problem(409, "conflict");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_is_no_guardian_is_not_asked_again() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let told = family.press(&path, "not-mine", &[]).await;
    assert!(told.contains("not be asked again"), "{told}");
    assert!(told.contains("If you pressed this by mistake"), "{told}");
    for page in [
        told,
        family.page(&path).await,
        family.page(&format!("{path}?lang=de")).await,
    ] {
        assert!(!page.contains(">Ada<"), "a stranger reads no name: {page}");
    }
    for same in [" MUM@example.org", "mum+tag@example.org"] {
        let again =
            json!({ "child": "ada", "guardian": "dad", "email": same, "scopes": ["core_use"] });
        family.try_ask(again).await.assert_problem(409, "conflict");
    }
    let other = json!({ "child": "ada", "guardian": "dad", "scopes": ["core_use"] });
    family.try_ask(other).await.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_guardian_is_asked_although_somebody_else_said_not_to_be_one() {
    let family = Family::new().await;
    let body = json!({ "child": "ada", "scopes": ["core_use"], "email": "typo@example.org" });
    family.try_ask(body).await.assert_status(201);
    let path = family.path_in_mail("typo@example.org", 0).await;
    family.press(&path, "not-mine", &[]).await;
    let decisions = family.key.get("/v1/users/ada/decisions").await.json();
    let first = &decisions["items"][0];
    assert_eq!(first["reason"], "parental_consent_required", "{first}");
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    let again = json!({ "child": "ada", "scopes": ["core_use"] });
    family.try_ask(again).await.assert_problem(409, "conflict");
    let decisions = family.key.get("/v1/users/ada/decisions").await.json();
    assert_eq!(decisions["items"][0]["reason"], "consent_denied");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_name_that_could_be_clicked_on_is_not_mailed() {
    let family = Family::new().await;
    for (index, (name, clicked)) in [
        ("http://evil.example/x Bobby", "evil"),
        ("evil.example", "evil"),
        ("bob@evil.example", "evil"),
        ("www。evil。example", "evil"),
        ("evil．example", "evil"),
        ("Bob․evil․com", "evil"),
        ("evil%2eexample", "evil"),
        ("localhost:80", "localhost"),
        ("+19005550100", "9005550100"),
    ]
    .into_iter()
    .enumerate()
    {
        let ada = json!({ "name": name });
        family
            .key
            .put("/v1/users/ada", &ada)
            .await
            .assert_status(200);
        let to = format!("guardian-{index}@example.org");
        let again = json!({ "child": "ada", "scopes": ["core_use"], "email": to });
        family.try_ask(again).await.assert_status(201);
        let mail = family.message(&to, 0).await;
        assert!(!mail.contains(clicked), "{mail}");
        let id = family.key.get("/v1/users/ada/consents").await.json()["items"][0]["id"].clone();
        let path = format!("/v1/consents/{}/revoke", id.as_str().expect("an id"));
        family.key.post(&path, &json!({})).await.assert_status(200);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_runs_no_script_is_kept_nowhere_and_takes_no_foreign_form() {
    let family = Family::new().await;
    family.publish("<script>alert(1)</script>", false).await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let answer = family.app.anonymous().get(&path).await;
    let policy = answer.header("content-security-policy").expect("a policy");
    assert!(
        policy.starts_with("default-src 'none'; style-src 'sha256-"),
        "{policy}"
    );
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let page = String::from_utf8(answer.body.clone()).expect("text");
    assert!(!page.contains("<script"), "{page}");
    let foreign = family
        .app
        .anonymous()
        .with_header("origin", "https://evil.test");
    let answer = foreign.post(&format!("{path}/refuse"), &json!({})).await;
    answer.assert_problem(403, "csrf_rejected");
    for other in ["/c/x", &path[..path.len() - 1]] {
        family.app.anonymous().get(other).await.assert_status(404);
    }
    let answer = family
        .app
        .anonymous()
        .post(&format!("{path}/dance"), &json!({}))
        .await;
    answer.assert_status(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_page_of_a_consent_that_was_given_leads_to_all_consents() {
    let family = Family::new().await;
    let request = family.consented().await;
    let id = request["consents"][0]["id"].as_str().expect("an id");
    for index in [0, 1] {
        let path = family.path_in_mail("mum@example.org", index).await;
        let page = family.page(&path).await;
        assert!(page.contains("You have answered this already"), "{page}");
        let (own, _) = page
            .split_once(&format!("/revoke/{id}"))
            .expect("a button to take it back");
        let (_, own) = own.rsplit_once("action=\"").expect("an action");
        assert_ne!(own, path, "the link of a question takes nothing back");
    }
    let path = family.path_in_mail("mum@example.org", 0).await;
    let page = family.page(&path).await;
    let (own, _) = page.split_once("/revoke/").expect("a button");
    let (_, own) = own.rsplit_once("action=\"").expect("an action");
    let told = family.press(own, &format!("revoke/{id}"), &[]).await;
    assert!(told.contains("You have taken this back"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_ticked_is_kept_when_something_is_missing() {
    let family = Family::verified_by(VerificationConfig {
        manual_review: true,
        ..VerificationConfig::default()
    })
    .await;
    family.publish("We ask you.", false).await;
    family.ask(&["core_use", "invite_friend"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    let is_ticked = |page: &str, value: &str| {
        let (_, rest) = page
            .split_once(&format!("value=\"{value}\""))
            .expect("a box");
        let (attributes, _) = rest.split_once('>').expect("its end");
        attributes.contains(" checked")
    };
    let boxes = ["core_use", "invite_friend", "email_plus", "signed_form"];
    let ticked = |page: &str| boxes.map(|value| is_ticked(page, value));
    assert_eq!(ticked(&family.page(&path).await), [false; 4]);

    let told = family.press(&path, "allow", &["core_use"]).await;
    assert!(told.contains("Choose how you show"), "{told}");
    assert_eq!(ticked(&told), [true, false, false, false]);
    let told = family.allow_by(&path, "signed_form", &[]).await;
    assert!(told.contains("You have ticked nothing"), "{told}");
    assert_eq!(ticked(&told), [false, false, false, true]);
    let scopes = ["core_use", "invite_friend"];
    let told = family.allow_by(&path, "email_plus", &scopes).await;
    assert!(told.contains("needs a stronger proof"), "{told}");
    assert_eq!(ticked(&told), [true, true, true, false]);
    assert!(
        told.contains(&format!("href=\"{path}?lang=de\"")),
        "the other language is not looked for where forms are sent: {told}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_leads_nowhere_says_so_in_the_language_of_whoever_opens_it() {
    let family = Family::new().await;
    let page = async |path: &str, wanted: &str| {
        let browser = family
            .app
            .anonymous()
            .with_header("accept-language", wanted);
        let answer = browser.get(path).await;
        answer.assert_status(404);
        String::from_utf8(answer.body).expect("text")
    };
    for (path, wanted, expected) in [
        (
            "/c/x",
            "de-AT,de;q=0.9,en;q=0.8",
            "Dieser Link funktioniert nicht",
        ),
        ("/c/x", "fr,en;q=0.5", "This link does not work"),
        ("/c/x?lang=de", "en", "Dieser Link funktioniert nicht"),
        ("/c/x/form?lang=en", "de", "This link does not work"),
        ("/d/x", "de", "Ein solcher Link wirkt einmal"),
        ("/d/x?lang=en", "de", "Such a link works once"),
        ("/r/x", "de", "Dieser Link funktioniert nicht"),
        ("/u/x", "de", "Dieser Link funktioniert nicht"),
    ] {
        let page = page(path, wanted).await;
        assert!(page.contains(expected), "{path} {wanted}: {page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_proved_nothing_is_sent_no_link_but_that_to_answer() {
    let family = Family::new().await;
    family.consented().await;
    let body = json!({ "child": "ada", "email": "stranger@example.org", "scopes": ["core_use"] });
    let other = json!({ "child": "ada", "email": "stranger@example.org", "scopes": ["ai_processing:tutor-bot"] });
    family.try_ask(body).await.assert_status(409);
    family.try_ask(other).await.assert_status(201);
    let own = family.path_in_mail("stranger@example.org", 0).await;
    let message = family.message("stranger@example.org", 0).await;
    let links = message.matches("https://go.example.org").count();
    assert_eq!(message.matches(&own).count(), links, "{message}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_button_for_somebody_elses_consent_takes_nothing_back_and_says_so() {
    let family = Family::new().await;
    family.consented().await;
    let path = family.path_in_mail("mum@example.org", 2).await;
    let nobodys = uuid::Uuid::now_v7();
    let told = family.press(&path, &format!("revoke/{nobodys}"), &[]).await;
    assert!(!told.contains("You have taken this back"), "{told}");
    assert!(
        family
            .states("ada")
            .await
            .iter()
            .all(|(_, state)| state == "active")
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn a_former_guardian_reads_that_somebody_else_is_named_now() {
    let family = Family::new().await;
    family.consented().await;
    let receipt = family.path_in_mail("mum@example.org", 2).await;
    for (guardian, english, german) in [
        (
            json!("dad"),
            "somebody else is named as the guardian now",
            "als erziehungsberechtigt ist jetzt jemand anderes angegeben",
        ),
        (
            json!(null),
            "you are not named as the guardian any more",
            "Sie sind nicht mehr als erziehungsberechtigt angegeben",
        ),
    ] {
        let body = json!({ "guardian": guardian });
        let named = family.key.put("/v1/users/ada", &body).await;
        named.assert_status(200);
        let page = family.page(&receipt).await;
        assert!(
            page.contains(english) && !page.contains("the notice has changed"),
            "{page}"
        );
        let page = family.page(&format!("{receipt}?lang=de")).await;
        assert!(page.contains(german), "{page}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_reads_that_the_notice_has_changed() {
    let family = Family::new().await;
    family.consented().await;
    let receipt = family.path_in_mail("mum@example.org", 2).await;
    family.publish("We now also collect voices.", true).await;
    let begun = std::time::Instant::now();
    loop {
        let page = family.page(&receipt).await;
        if page.contains("the notice has changed, this has to be asked again") {
            return;
        }
        assert!(begun.elapsed().as_secs() < 20, "{page}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
}

/// Makes the mother's address that of the child.
async fn give_to_child(family: &Family) {
    let body = json!({ "email": "mum@example.org" });
    let given = family.key.put("/v1/users/ada", &body).await;
    given.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_allows_anything_at_an_address_that_is_the_childs_by_now() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    give_to_child(&family).await;
    let told = family.press(&path, "allow", &["core_use"]).await;
    assert!(told.contains("is that of a minor"), "{told}");
    let ended = [("core_use".to_owned(), "reconsent_required".to_owned())];
    assert_eq!(family.states("ada").await, ended);
    let told = family.page(&format!("{path}?lang=de")).await;
    assert!(
        told.contains("Adresse einer minderjährigen Person"),
        "{told}"
    );
    let elsewhere = json!({ "child": "ada", "scopes": ["core_use"], "email": "mum@example.net" });
    family.try_ask(elsewhere).await.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_confirms_anything_at_an_address_that_is_the_childs_by_now() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "allow", &["core_use"]).await;
    family.pass(TimeDelta::hours(25)).await;
    let path = family.path_in_mail("mum@example.org", 1).await;
    give_to_child(&family).await;
    let told = family.press(&path, "confirm", &[]).await;
    assert!(told.contains("is that of a minor"), "{told}");
    let ended = [("core_use".to_owned(), "reconsent_required".to_owned())];
    assert_eq!(family.states("ada").await, ended);
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_narrow_screen_what_is_allowed_is_read_row_by_row_and_stays_a_table() {
    let family = Family::new().await;
    family.consented().await;
    let receipt = family.path_in_mail("mum@example.org", 2).await;
    let page = family.page(&receipt).await;
    assert!(page.contains("@media(max-width:36rem){.stack,.stack tbody,"));
    assert!(page.contains("<table class=\"stack\" role=\"table\">"));
    let labels = ["Your answer", "Since"].map(|label| format!("data-label=\"{label}\""));
    for part in labels.iter().map(String::as_str).chain([
        "role=\"rowgroup\"",
        "role=\"columnheader\"",
        "<th scope=\"row\" role=\"rowheader\">",
        "role=\"cell\"",
    ]) {
        assert!(page.contains(part), "{part} is not in {page}");
    }
}

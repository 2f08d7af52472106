//! What outlives the key of personal data that it was made under: links in mail, and that somebody is not to be asked again.

use std::sync::Arc;

use serde_json::json;
use uuid::Uuid;
use viral_engine_domain::consents::{Door, DoorKeys};
use viral_engine_domain::emails::Address;
use viral_engine_domain::recaps::{PageKeys, Week};
use viral_engine_service::config::{Keys, SecretKey};
use viral_engine_service::consents::{
    Reply, create_consent_request, find_guardian_page, reply_to_request,
};
use viral_engine_service::emails::{find_unsubscribe, unsubscribe_url};
use viral_engine_service::key_store::KeyStore;
use viral_engine_service::recaps::find_recap_page;
use viral_engine_service::users::reseal_personal_fields;
use viral_engine_service::{Caller, Context, ServiceError};
use viral_engine_test_support::TestApp;
use viral_engine_test_support::test_app::{ReplacedKeys, keys};

use super::keys::context;
use crate::consents::family::Family;
use crate::world::{number, texts};

/// Keys after the next replacement: with the former one, and alone.
fn replaced_again(now: &Keys, byte: u8) -> (Keys, Keys) {
    let after = Keys {
        personal_data: SecretKey::new([byte; 32]),
        personal_data_previous: None,
        ..now.clone()
    };
    let during = Keys {
        personal_data_previous: Some(now.personal_data.clone()),
        ..after.clone()
    };
    (during, after)
}

fn token(path: &str) -> &str {
    path.trim_start_matches("/c/")
}

/// What a guardian may have in the mailbox: a receipt, a request, a recap, and the way out of all mail.
struct Mailbox {
    receipt: String,
    request: String,
    recap: String,
    unsubscribe: String,
}

impl Mailbox {
    async fn of(family: &Family) -> Self {
        let app = &family.app;
        let consented = family.consented().await;
        family.ask(&["invite_friend"]).await;
        let found = texts(
            &mut *app.db().connection().await,
            "SELECT id FROM users WHERE external_id = 'mum'",
        )
        .await;
        let mum = found[0].trim_matches(['(', ')']).parse().expect("an id");
        let week = Week::new("2026-03-09".parse().expect("a day")).expect("a Monday");
        let secret = keys().personal_data;
        let pages = PageKeys::derive([secret.expose().as_slice()]);
        let to = Address::parse("mum@example.org").expect("an address");
        let recap = pages.token(mum, week, &to).expect("a token");
        let email = consented["email_id"].as_str().expect("an id");
        let url = unsubscribe_url(&app.context, email.parse().expect("an id")).expect("a link");
        let (_, unsubscribe) = url.split_once("/u/").expect("a token");
        Self {
            receipt: family.path_in_mail("mum@example.org", 2).await,
            request: family.path_in_mail("mum@example.org", 3).await,
            recap: recap.text(),
            unsubscribe: unsubscribe.to_owned(),
        }
    }

    /// Every link opens its page.
    async fn works(&self, context: &Context) {
        for path in [&self.receipt, &self.request] {
            let page = find_guardian_page(context, token(path), None).await;
            page.unwrap_or_else(|error| panic!("{path}: {error}"));
        }
        find_recap_page(context, &self.recap).await.expect("a week");
        let found = find_unsubscribe(context, &self.unsubscribe).await;
        found.expect("a message");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_in_mail_go_on_working_when_the_key_they_were_made_under_is_gone() {
    let family = Family::new().await;
    let mailbox = Mailbox::of(&family).await;
    mailbox.works(&family.app.context).await;

    let replaced = ReplacedKeys::new();
    let both = context(&family.app, replaced.during.clone());
    mailbox.works(&both).await;
    reseal_personal_fields(&both).await.expect("resealed");
    mailbox
        .works(&context(&family.app, replaced.after.clone()))
        .await;

    let (during, after) = replaced_again(&replaced.after, 11);
    let both = context(&family.app, during);
    reseal_personal_fields(&both).await.expect("resealed");
    let alone = context(&family.app, after);
    mailbox.works(&alone).await;
    let forged = DoorKeys::derive([&[12; 32][..]]).token(Door::Given(Uuid::now_v7()));
    let opened = find_guardian_page(&alone, &forged.expect("a token"), None).await;
    assert!(matches!(opened, Err(ServiceError::NotFound(_))));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_consent_is_taken_back_by_the_link_of_a_receipt_from_before_the_key_was_replaced() {
    let family = Family::new().await;
    let consented = family.consented().await;
    let receipt = family.path_in_mail("mum@example.org", 2).await;
    let replaced = ReplacedKeys::new();
    let both = context(&family.app, replaced.during.clone());
    reseal_personal_fields(&both).await.expect("resealed");
    let alone = context(&family.app, replaced.after.clone());

    let id = consented["consents"][0]["id"].as_str().expect("an id");
    let revoke = Reply::Revoke(id.parse().expect("an id"));
    let page = reply_to_request(&alone, &Caller::system(), token(&receipt), None, revoke).await;
    assert!(page.expect("a page").html.contains("role=\"status\""));
    let withdrawn = "SELECT count(*) FROM consents WHERE state = 'revoked'";
    let mut conn = family.app.db().connection().await;
    assert_eq!(number(&mut conn, withdrawn).await, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_said_not_to_be_the_guardian_is_not_asked_again_when_the_key_is_gone_by_which_that_is_known()
 {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let path = family.path_in_mail("mum@example.org", 0).await;
    family.press(&path, "not-mine", &[]).await;
    let elsewhere = json!({ "child": "ada", "scopes": ["core_use"], "email": "typo@example.org" });
    family.try_ask(elsewhere).await.assert_status(201);
    let path = family.path_in_mail("typo@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    // Both addresses are gone by then.
    family.pass(chrono::TimeDelta::days(2)).await;

    let replaced = ReplacedKeys::new();
    let both = context(&family.app, replaced.during.clone());
    reseal_personal_fields(&both).await.expect("resealed");
    let alone = context(&family.app, replaced.after.clone());
    for email in [
        "mum@example.org",
        "MUM+school@example.org",
        "typo@example.org",
    ] {
        let body = json!({ "child": "ada", "scopes": ["core_use"], "email": email });
        let body = serde_json::from_value(body).expect("a request");
        let asked = create_consent_request(&alone, &Caller::system(), body).await;
        assert!(
            matches!(asked, Err(ServiceError::Conflict(_))),
            "{email}: {asked:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn links_of_the_last_eight_keys_are_kept_and_their_keys_are_sealed() {
    let app = TestApp::new().await;
    let folder = tempfile::tempdir().expect("a folder");
    let mut now = Keys {
        users: Arc::new(KeyStore::new(folder.path())),
        ..keys()
    };
    for byte in 1..=10 {
        let (during, after) = replaced_again(&now, byte);
        let both = context(&app, during);
        app.clock.advance(chrono::TimeDelta::days(365));
        for _ in 0..2 {
            reseal_personal_fields(&both).await.expect("resealed");
        }
        now = after;
    }
    let mut conn = app.db().connection().await;
    let kept = "SELECT count(*) FROM lasting_keys";
    assert_eq!(number(&mut conn, kept).await, 8);
    let secret = SecretKey::new([9; 32]);
    let clear = viral_engine_domain::lasting_keys::LastingSecrets::derive(secret.expose());
    let clear = hex::encode(clear.as_bytes());
    let leaked =
        format!("SELECT count(*) FROM lasting_keys WHERE encode(sealed, 'hex') LIKE '%{clear}%'");
    assert_eq!(number(&mut conn, &leaked).await, 0);
}

//! Taking consents back.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use reqwest::Method;
use serde_json::json;
use viral_engine_api_types::permissions::Role;
use viral_engine_service::notifications::follow_other_nodes;

use super::family::Family;

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_takes_back_on_the_page_of_all_consents() {
    let family = Family::new().await;
    let request = family.consented().await;
    let path = family.path_in_mail("mum@example.org", 2).await;
    let page = family.page(&path).await;
    assert!(
        page.contains("Learning on the platform") && page.contains("allowed"),
        "{page}"
    );
    let id = request["consents"][0]["id"].as_str().expect("an id");
    let told = family.press(&path, &format!("revoke/{id}"), &[]).await;
    assert!(told.contains("not allowed any more"), "{told}");
    let states = family.states("ada").await;
    assert_eq!(states[0], ("core_use".to_owned(), "revoked".to_owned()));
    assert_eq!(states[1].1, "active", "the other one stays");
    let told = family.press(&path, &format!("revoke/{id}"), &[]).await;
    assert!(told.contains("there is nothing to take back"), "{told}");
    let told = family.press(&path, "refuse", &[]).await;
    assert!(told.contains("Nothing was done"), "no button of it: {told}");
    let admin = family.app.operator(Role::Admin).await;
    let audit = admin
        .get("/v1/audit-entries?action=revoke_as_guardian")
        .await;
    let audit = audit.assert_status(200).json();
    assert_eq!(audit["items"][0]["actor_kind"], "guardian");
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_takes_back_what_is_another_guardian_s() {
    let family = Family::new().await;
    let id = family.granted_by_card("invite_friend").await;
    let body = json!({ "child": "ada", "guardian": "dad", "scopes": ["core_use"] });
    family.try_ask(body).await.assert_status(201);
    let path = family.path_in_mail("dad@example.org", 0).await;
    family.press(&path, "refuse", &[]).await;
    let (_, family_page) = family
        .message("dad@example.org", 0)
        .await
        .rsplit_once("https://go.example.org")
        .map(|(a, b)| (a.to_owned(), b.to_owned()))
        .expect("a link");
    let path: String = family_page
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "/-_".contains(*c))
        .collect();
    family.press(&path, &format!("revoke/{id}"), &[]).await;
    family.link().await.assert_status(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_platform_takes_back_on_a_guardian_s_behalf_and_the_links_stop() {
    let family = Family::new().await;
    let id = family.granted_by_card("invite_friend").await;
    let link = family.link().await.assert_status(201).json();
    let path = format!("/v1/consents/{id}/revoke");
    let revoked = family
        .key
        .post(&path, &json!({}))
        .await
        .assert_status(200)
        .json();
    assert_eq!(revoked["consent"]["state"], "revoked");
    family.link().await.assert_problem(403, "consent_withdrawn");
    let path = format!("/v1/links/{}", link["id"].as_str().expect("an id"));
    assert_eq!(family.key.get(&path).await.json()["status"], "disabled");
    let tag = family
        .key
        .get(&path)
        .await
        .header("etag")
        .expect("an etag")
        .to_owned();
    let enable = family
        .key
        .request(Method::PATCH, &path)
        .header("if-match", tag)
        .json(&json!({ "disabled": false }));
    family
        .key
        .send(enable)
        .await
        .assert_problem(403, "consent_withdrawn");
    let again = format!("/v1/consents/{id}/revoke");
    family
        .key
        .post(&again, &json!({}))
        .await
        .assert_problem(409, "conflict");
}

/// Two nodes mint links as fast as they can while the guardian takes the consent back on one of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_link_is_minted_after_a_consent_was_taken_back_on_either_node() {
    let family = Arc::new(Family::new().await);
    let id = family.granted_by_card("invite_friend").await;
    let other = viral_engine_service::Context {
        consents: Arc::default(),
        answers: Arc::default(),
        notices: viral_engine_db::notifications::Notices::default(),
        ..family.app.context.clone()
    };
    let stop = tokio_util::sync::CancellationToken::new();
    tokio::spawn(follow_other_nodes(other.clone(), stop.clone()));
    let (done, begun) = (Arc::new(AtomicBool::new(false)), Instant::now());
    let count = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for node in 0..2 {
        for _ in 0..4 {
            let context = if node == 0 {
                family.app.context.clone()
            } else {
                other.clone()
            };
            let (done, count) = (Arc::clone(&done), Arc::clone(&count));
            tasks.spawn(async move {
                let mut minted = Vec::new();
                let mut refused = 0;
                while !done.load(Ordering::Relaxed) || refused < 50 {
                    let body = serde_json::from_value(
                        json!({ "referrer": "ada", "source": "s", "channel": "qr",
                        "target_url": "https://learn.example.org/" }),
                    )
                    .expect("a body");
                    let asked = Instant::now();
                    match viral_engine_service::links::create_link(
                        &context,
                        &viral_engine_service::Caller::system(),
                        body,
                    )
                    .await
                    {
                        Ok(link) => {
                            count.fetch_add(1, Ordering::Relaxed);
                            minted.push((asked, link.id));
                        }
                        Err(_) => refused += 1,
                    }
                }
                (minted, refused)
            });
        }
    }
    while count.load(Ordering::Relaxed) < 20 {
        assert!(
            begun.elapsed() < Duration::from_secs(30),
            "few links are minted"
        );
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    family
        .key
        .post(&format!("/v1/consents/{id}/revoke"), &json!({}))
        .await
        .assert_status(200);
    let revoked = Instant::now();
    done.store(true, Ordering::Relaxed);
    let (mut minted, mut refused) = (0, 0);
    while let Some(task) = tasks.join_next().await {
        let (links, denied) = task.expect("a task");
        assert!(
            links.iter().all(|(asked, _)| *asked < revoked),
            "minted after it was taken back"
        );
        minted += links.len();
        refused += denied;
    }
    assert!(
        minted >= 20 && refused >= 400,
        "{minted} minted, {refused} refused in {:?}",
        begun.elapsed()
    );
    let active = family
        .key
        .get("/v1/links?referrer=ada&status=active")
        .await
        .json();
    assert_eq!(active["items"], json!([]), "every link has stopped");
    stop.cancel();
}

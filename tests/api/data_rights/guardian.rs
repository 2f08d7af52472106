//! What guardians ask for on their pages: each thing by a fresh link, in their own mail, that works once.

use std::time::{Duration, Instant};

use diesel_async::SimpleAsyncConnection;
use reqwest::Method;
use serde_json::{Value, json};

use crate::consents::family::Family;
use crate::consents::trail::{assert_pressed_by, assert_untold, entries};
use crate::world::number;

/// The path of the link in the message that the mother got as number `index`, from 0.
async fn link(family: &Family, index: usize) -> String {
    let text = family.message("mum@example.org", index).await;
    let (_, path) = text
        .split_once("https://go.example.org/d/")
        .expect("a link");
    let token: String = path
        .chars()
        .take_while(|c| c.is_ascii_alphanumeric() || "-_".contains(*c))
        .collect();
    format!("/d/{token}")
}

async fn ada(family: &Family) -> String {
    let user = family.key.get("/v1/users/ada").await.json();
    user["id"].as_str().expect("an id").to_owned()
}

async fn press(family: &Family, path: &str) -> (u16, String) {
    let anyone = family.app.anonymous();
    let answer = anyone.send(anyone.request(Method::POST, path)).await;
    (
        answer.status,
        String::from_utf8_lossy(&answer.body).into_owned(),
    )
}

/// The mother's page of all consents.
async fn family_page(family: &Family) -> String {
    family.consented().await;
    family.path_in_mail("mum@example.org", 2).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_sees_what_is_held_by_a_link_that_works_once() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    family.taught().await;
    let shown = family.page(&page).await;
    assert!(shown.contains("See what is held"), "{shown}");
    let told = family
        .press(&page, &format!("data/summary/{}", ada(&family).await), &[])
        .await;
    assert!(told.contains("We have mailed you a link"), "{told}");
    let link = link(&family, 3).await;
    // Mail programs open links ahead.
    for _ in 0..2 {
        let opened = family.page(&link).await;
        assert!(
            opened.contains("See what is held") && !opened.contains("Tutoring sessions"),
            "{opened}"
        );
    }
    let german = family.page(&format!("{link}?lang=de")).await;
    assert!(german.contains("Ansehen, was gespeichert ist"), "{german}");
    let (status, held) = press(&family, &link).await;
    assert_eq!(status, 200);
    assert!(
        held.contains("Tutoring sessions") && held.contains("Ada"),
        "{held}"
    );
    let (status, told) = press(&family, &link).await;
    assert_eq!(status, 404);
    assert!(told.contains("Such a link works once"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_that_a_link_was_mailed_and_that_somebody_saw_what_is_held() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    let ask = format!("data/summary/{}", ada(&family).await);
    family.press(&page, &ask, &[]).await;
    let link = link(&family, 3).await;
    let about_ada = async |action: &str| {
        let query = format!("action={action}&object_kind=user&object_id=ada");
        entries(&family, &query).await
    };
    family.page(&link).await;
    assert!(about_ada("use_data_page").await.is_empty(), "opening it");
    for status in [200, 404] {
        assert_eq!(press(&family, &link).await.0, status);
    }
    for action in ["ask_for_data_link", "use_data_page"] {
        let told = about_ada(action).await;
        let [entry] = told.as_slice() else {
            panic!("{action}: {told:?}");
        };
        let subject = entry["object_id"].as_str().expect("a subject");
        assert!(subject.starts_with("subject:"), "{entry}");
        assert_eq!(entry["changes"], json!({ "asked": "summary" }));
        assert_pressed_by(&family, "mum", entry).await;
    }
    assert_untold(&family, &[link.trim_start_matches("/d/")]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_trail_tells_from_where_a_guardian_asked_for_a_copy() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    let ask = format!("data/export/{}", ada(&family).await);
    family.press(&page, &ask, &[]).await;
    assert_eq!(press(&family, &link(&family, 3).await).await.0, 200);
    let told = entries(&family, "action=create_data_request").await;
    assert_pressed_by(&family, "mum", &told[0]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_gets_a_copy() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    family
        .press(&page, &format!("data/export/{}", ada(&family).await), &[])
        .await;
    let link = link(&family, 3).await;
    assert_eq!(press(&family, &format!("{link}/archive")).await.0, 404);
    assert_eq!(press(&family, &link).await.0, 200);
    let begun = std::time::Instant::now();
    while !family.page(&link).await.contains("Fetch the copy") {
        assert!(begun.elapsed() < super::PATIENCE);
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    }
    let anyone = family.app.anonymous();
    let answer = anyone
        .send(anyone.request(Method::POST, &format!("{link}/archive")))
        .await;
    answer.assert_status(200);
    assert_eq!(answer.header("content-type"), Some("application/zip"));
    assert!(answer.body.starts_with(b"PK"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_has_a_child_erased() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    family
        .press(&page, &format!("data/deletion/{}", ada(&family).await), &[])
        .await;
    let link = link(&family, 3).await;
    let count = "SELECT count(*) FROM data_requests";
    family.page(&link).await;
    assert_eq!(
        number(&mut *family.app.db().connection().await, count).await,
        0,
        "opening changes nothing"
    );
    let (status, told) = press(&family, &link).await;
    assert_eq!(status, 200, "{told}");
    let listed = family.key.get("/v1/data-requests").await.json();
    assert_eq!(listed["items"][0]["asked_by"], "guardian");
    super::completed(&family.key, &listed["items"][0]).await;
    family.key.get("/v1/users/ada").await.assert_status(404);
    let shown = family.page(&page).await;
    assert!(
        shown.contains("the data is erased") && !shown.contains("taken back"),
        "{shown}"
    );
    let german = family.page(&format!("{page}?lang=de")).await;
    assert!(german.contains("die Daten sind gelöscht"), "{german}");
    let question = family.path_in_mail("mum@example.org", 0).await;
    let told = family.page(&question).await;
    assert!(told.contains("your consent has ended with it"), "{told}");
    assert!(!told.contains(">Ada<"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_second_copy_that_is_asked_for_meanwhile_keeps_its_link() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    let export = format!("data/export/{}", ada(&family).await);
    let mut links = Vec::new();
    for index in [3, 4] {
        family.press(&page, &export, &[]).await;
        links.push(link(&family, index).await);
    }
    assert_eq!(press(&family, &links[0]).await.0, 200);
    let (status, told) = press(&family, &links[1]).await;
    assert_eq!(status, 409);
    assert!(told.contains("under way already"), "{told}");
    let (_, told) = press(&family, &format!("{}?lang=de", links[1])).await;
    assert!(told.contains("schon in Arbeit"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_is_mailed_so_many_links_a_day_and_told() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    let ask = format!("data/summary/{}", ada(&family).await);
    for _ in 0..10 {
        let told = family.press(&page, &ask, &[]).await;
        assert!(told.contains("We have mailed you a link"), "{told}");
    }
    let told = family.press(&page, &ask, &[]).await;
    assert!(told.contains("come back tomorrow"), "{told}");
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_not_proved_to_be_the_guardian_is_sent_nothing() {
    let family = Family::new().await;
    family.ask(&["core_use"]).await;
    let page = family.path_in_mail("mum@example.org", 0).await;
    let told = family
        .press(&page, &format!("data/deletion/{}", ada(&family).await), &[])
        .await;
    assert!(!told.contains("We have mailed you a link"), "{told}");
    let links = "SELECT count(*) FROM data_request_links";
    assert_eq!(
        number(&mut *family.app.db().connection().await, links).await,
        0
    );
    assert_eq!(press(&family, "/d/nothing-of-ours").await.0, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_who_was_replaced_can_neither_ask_nor_use_a_link_from_before() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    let ada = ada(&family).await;
    family
        .press(&page, &format!("data/deletion/{ada}"), &[])
        .await;
    let before = link(&family, 3).await;
    let body = serde_json::json!({ "guardian": "dad" });
    family
        .key
        .put("/v1/users/ada", &body)
        .await
        .assert_status(200);
    let shown = family.page(&page).await;
    assert!(!shown.contains("Erase everything"), "{shown}");
    let told = family
        .press(&page, &format!("data/deletion/{ada}"), &[])
        .await;
    assert!(!told.contains("We have mailed you a link"), "{told}");
    assert_eq!(press(&family, &before).await.0, 404);
    family.key.get("/v1/users/ada").await.assert_status(200);
}

/// A link for each thing that can be asked for, mailed to the mother.
async fn links(family: &Family) -> Vec<String> {
    let page = family_page(family).await;
    let ada = ada(family).await;
    let mut links = Vec::new();
    for (index, asked) in ["summary", "export", "deletion"].iter().enumerate() {
        family
            .press(&page, &format!("data/{asked}/{ada}"), &[])
            .await;
        links.push(link(family, 3 + index).await);
    }
    links
}

/// Nothing is shown, made or erased by these links.
async fn assert_over(family: &Family, links: &[String]) {
    for link in links {
        let opened = family.app.anonymous().get(link).await;
        opened.assert_status(404);
        for path in [link.clone(), format!("{link}/archive")] {
            let (status, told) = press(family, &path).await;
            assert_eq!(status, 404, "{told}");
            assert!(!told.contains("Ada"), "{told}");
        }
    }
    family.key.get("/v1/users/ada").await.assert_status(200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_when_the_address_that_it_was_mailed_to_is_replaced_or_erased() {
    for email in [json!("other@example.org"), Value::Null] {
        let family = Family::new().await;
        let links = links(&family).await;
        let same = json!({ "email": "MUM@example.org", "locale": "en" });
        let set = family.key.put("/v1/users/mum", &same).await;
        set.assert_status(200);
        let opened = family.page(&links[0]).await;
        assert!(
            opened.contains("See what is held"),
            "the address is the same: {opened}"
        );
        let set = family
            .key
            .put("/v1/users/mum", &json!({ "email": email }))
            .await;
        set.assert_status(200);
        assert_over(&family, &links).await;
        // Nor when that address is on record again.
        family.key.put("/v1/users/mum", &same).await;
        assert_over(&family, &links).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_ends_when_the_address_is_replaced_among_many_users() {
    let family = Family::new().await;
    let links = links(&family).await;
    let body = json!({ "users": [
        { "external_id": "dad", "email": "dad@example.net" },
        { "external_id": "mum", "email": "mum@example.net" },
    ] });
    let answer = family.key.post("/v1/users/bulk", &body).await;
    assert_eq!(answer.assert_status(200).json()["failed"], 0);
    assert_over(&family, &links).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_copy_that_is_ready_can_not_be_fetched_from_a_former_address() {
    let family = Family::new().await;
    let page = family_page(&family).await;
    family
        .press(&page, &format!("data/export/{}", ada(&family).await), &[])
        .await;
    let link = link(&family, 3).await;
    assert_eq!(press(&family, &link).await.0, 200);
    let begun = Instant::now();
    while !family.page(&link).await.contains("Fetch the copy") {
        assert!(begun.elapsed() < super::PATIENCE);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    let body = json!({ "email": "other@example.org" });
    family
        .key
        .put("/v1/users/mum", &body)
        .await
        .assert_status(200);
    assert_over(&family, &[link]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guardian_whom_nobody_follows_can_neither_ask_nor_use_a_link_from_before() {
    let family = Family::new().await;
    let links = links(&family).await;
    let body = json!({ "guardian": null });
    family
        .key
        .put("/v1/users/ada", &body)
        .await
        .assert_status(200);
    assert_over(&family, &links).await;
    let page = family.path_in_mail("mum@example.org", 2).await;
    let shown = family.page(&page).await;
    assert!(!shown.contains("Erase everything"), "{shown}");
}

/// Waits until so many wait for a lock in this database, or it is clear that they do not.
async fn waiting(family: &Family, many: i64) {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE datname = current_database() AND wait_event_type = 'Lock'";
    let begun = Instant::now();
    while number(&mut *family.app.db().connection().await, sql).await < many
        && begun.elapsed() < Duration::from_secs(10)
    {
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_click_that_comes_while_the_address_is_being_replaced_comes_too_late() {
    let family = Family::new().await;
    let links = links(&family).await;
    // Holds both up, so that the click comes after the new address and before anything of it can be seen.
    let mut holder = family.app.db().connection().await;
    let hold = "BEGIN; SELECT FROM users WHERE external_id = 'mum' FOR NO KEY UPDATE";
    holder.batch_execute(hold).await.expect("held");
    let body = json!({ "email": "other@example.org" });
    let replace = async { family.key.put("/v1/users/mum", &body).await };
    let click = async {
        waiting(&family, 1).await;
        press(&family, &links[2]).await
    };
    let release = async {
        waiting(&family, 2).await;
        holder.batch_execute("COMMIT").await.expect("released");
    };
    let (replaced, (status, told), ()) = tokio::join!(replace, click, release);
    replaced.assert_status(200);
    assert_eq!(status, 404, "{told}");
    assert_over(&family, &links).await;
}

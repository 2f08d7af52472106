//! What sources, channels and campaigns are credited with.

use chrono::TimeDelta;
use serde_json::{Value, json};
use viral_engine_api_types::attribution::{AttributedCredit, Attribution, AttributionModel};
use viral_engine_api_types::links::Link;
use viral_engine_test_support::{TestApp, TestClient};

use super::settle;
use crate::world::link_with;

async fn figures(client: &TestClient, query: &str) -> Attribution {
    client
        .get(&format!("/v1/metrics/attribution{query}"))
        .await
        .read()
}

fn named<'a>(items: &'a [AttributedCredit], name: &str) -> &'a AttributedCredit {
    let found = items.iter().find(|item| item.name == name);
    found.unwrap_or_else(|| panic!("{name} is missing in {items:#?}"))
}

fn credits(item: &AttributedCredit) -> [&str; 4] {
    let credits = &item.credits;
    [
        &credits.last,
        &credits.first,
        &credits.linear,
        &credits.position,
    ]
    .map(String::as_str)
}

async fn by(app: &TestApp, referrer: &str, source: &str, campaign: &str) -> Link {
    link_with(app, referrer, |body| {
        body.source = source.to_owned();
        body.campaign = Some(campaign.to_owned());
    })
    .await
}

/// `count` newcomers, invited by these links one after the other, who then converted by the last.
async fn newcomers(app: &TestApp, client: &TestClient, name: &str, count: usize, path: &[&Link]) {
    let begin = app.clock.now() - TimeDelta::hours(20);
    let mut events: Vec<Value> = Vec::new();
    for nth in 0..count {
        let referee = format!("{name}-{nth}");
        for (step, link) in (0..).zip(path) {
            let at = begin + TimeDelta::hours(step);
            events.push(json!({ "type": "invite_sent", "referee": referee, "link_token": link.token, "occurred_at": at }));
        }
        let at = begin + TimeDelta::hours(15);
        let mut conversion = json!({ "type": "conversion", "referee": referee, "occurred_at": at });
        if let Some(last) = path.last() {
            conversion["link_token"] = json!(last.token);
        }
        events.push(conversion);
    }
    let answer = client.post("/v1/events/bulk", &events).await.json();
    assert_eq!(answer["rejected"], 0, "{answer:#}");
}

#[tokio::test(flavor = "multi_thread")]
async fn each_model_credits_what_it_should_and_all_of_it() {
    let app = TestApp::new().await;
    let client = app.key(&["events:write", "guardrails:read"]).await;
    let rally = by(&app, "ada", "results_rally", "spring").await;
    let buddy = by(&app, "bob", "buddy_challenge", "autumn").await;
    newcomers(&app, &client, "both", 12, &[&rally, &rally, &buddy]).await;
    newcomers(&app, &client, "one", 10, &[&rally]).await;
    newcomers(&app, &client, "none", 3, &[]).await;
    assert_eq!(figures(&client, "").await.pending, 25);
    settle(&app).await;

    let told = figures(&client, "").await;
    assert_eq!(
        (told.total_conversions, told.unattributed, told.pending),
        (25, 3, 0)
    );
    assert_eq!(
        (told.model, told.lookback_days),
        (AttributionModel::Last, 30)
    );
    let names: Vec<&str> = told
        .by_source
        .iter()
        .map(|item| item.name.as_str())
        .collect();
    assert_eq!(
        names,
        ["buddy_challenge", "results_rally"],
        "the greatest by the model first"
    );
    let rally = named(&told.by_source, "results_rally");
    assert_eq!(rally.conversions, 22);
    // One of three is a third; with the first at 0.4 and the middle at 0.2 the last has 0.4.
    assert_eq!(
        credits(rally),
        ["10.000000", "22.000000", "17.999992", "17.200000"]
    );
    let buddy = named(&told.by_source, "buddy_challenge");
    assert_eq!(
        credits(buddy),
        ["12.000000", "0.000000", "4.000008", "4.800000"]
    );
    assert_eq!(credits(named(&told.by_campaign, "spring")), credits(rally));
    assert_eq!(told.by_channel.len(), 1);
    assert_eq!(
        credits(named(&told.by_channel, "whatsapp")),
        ["22.000000"; 4]
    );

    let filtered = figures(&client, "?campaign=autumn&channel=whatsapp&persona=parent").await;
    assert_eq!(filtered.by_source.len(), 1);
    assert_eq!(
        credits(named(&filtered.by_source, "buddy_challenge")),
        credits(buddy)
    );
    assert!(
        figures(&client, "?persona=tutor")
            .await
            .by_source
            .is_empty()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_led_to_few_conversions_is_told_together_with_others() {
    let app = TestApp::new().await;
    let client = app.key(&["events:write", "guardrails:read"]).await;
    let large = by(&app, "ada", "results_rally", "organic").await;
    let small = by(&app, "bob", "buddy_challenge", "organic").await;
    let tiny = by(&app, "cyd", "proud_parent", "organic").await;
    newcomers(&app, &client, "large", 30, &[&large]).await;
    newcomers(&app, &client, "small", 6, &[&small]).await;
    settle(&app).await;
    let told = figures(&client, "").await;
    assert_eq!(told.by_source.len(), 1, "{:#?}", told.by_source);
    assert!(
        told.by_source[0].is_merged,
        "the total would give the small one away"
    );
    newcomers(&app, &client, "tiny", 5, &[&tiny]).await;
    settle(&app).await;
    let told = figures(&client, "").await;
    assert_eq!(told.by_source.len(), 2);
    let other = named(&told.by_source, "other");
    assert_eq!((other.is_merged, other.conversions), (true, 11));
    assert_eq!(credits(other), ["11.000000"; 4]);
}

#[tokio::test(flavor = "multi_thread")]
async fn the_same_is_told_as_a_table() {
    let app = TestApp::new().await;
    let client = app.key(&["events:write", "guardrails:read"]).await;
    let rally = by(&app, "ada", "results_rally", "spring").await;
    newcomers(&app, &client, "one", 10, &[&rally]).await;
    settle(&app).await;
    let answer = client.get("/v1/metrics/attribution?format=csv").await;
    let body = String::from_utf8(answer.assert_status(200).body.clone()).expect("text");
    let rows = [
        "by,name,is_merged,conversions,last,first,linear,position",
        "source,results_rally,false,10,10.000000,10.000000,10.000000,10.000000",
        "channel,whatsapp,false,10,10.000000,10.000000,10.000000,10.000000",
        "campaign,spring,false,10,10.000000,10.000000,10.000000,10.000000",
    ];
    assert_eq!(body.lines().collect::<Vec<_>>(), rows);
}

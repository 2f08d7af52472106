//! The classifier of user agents against the samples of the published list, and against people.

use serde::Deserialize;
use viral_engine_domain::clicks::{AgentClassifier, AgentKind};

#[derive(Deserialize)]
struct Entry {
    pattern: String,
    instances: Vec<String>,
    tags: Vec<String>,
}

fn published() -> Vec<Entry> {
    let json = include_str!("../data/crawler-user-agents/crawler-user-agents.json");
    serde_json::from_str(json).expect("the list")
}

fn classifier() -> AgentClassifier {
    AgentClassifier::new().expect("every pattern compiles")
}

#[test]
fn every_published_sample_is_a_program() {
    let classifier = classifier();
    let mut samples = 0;
    for entry in published() {
        for sample in &entry.instances {
            samples += 1;
            let kind = classifier.classify(sample).kind;
            let program = matches!(
                kind,
                AgentKind::Unfurler | AgentKind::Crawler | AgentKind::Tool
            );
            assert!(
                program,
                "{:?} is taken for {}: {sample}",
                entry.pattern,
                kind.as_str()
            );
        }
    }
    assert!(samples > 2_000, "only {samples} samples");
}

#[test]
fn every_published_pattern_compiles_as_a_linear_time_expression_and_matches_its_samples() {
    let mut compiled = 0;
    for entry in published() {
        let expression = regex::Regex::new(&entry.pattern).expect(&entry.pattern);
        compiled += 1;
        for sample in &entry.instances {
            assert!(
                expression.is_match(sample),
                "{:?} misses {sample:?}",
                entry.pattern
            );
        }
    }
    assert_eq!(compiled, published().len());
    assert!(compiled > 1_400);
}

#[test]
fn every_social_preview_of_the_list_is_an_unfurler() {
    let classifier = classifier();
    for entry in published()
        .iter()
        .filter(|entry| entry.tags.iter().any(|tag| tag == "social-preview"))
    {
        for sample in &entry.instances {
            assert_eq!(
                classifier.classify(sample).kind,
                AgentKind::Unfurler,
                "{sample}"
            );
        }
    }
}

#[test]
fn unfurlers_and_mail_scanners_are_told_from_crawlers() {
    let classifier = classifier();
    for unfurler in [
        "Slackbot-LinkExpanding 1.0 (+https://api.slack.com/robots)",
        "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
        "facebookexternalhit/1.1;line-poker/1.0",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_11_1) AppleWebKit/601.2.4 (KHTML, like Gecko) Version/9.0.1 Safari/601.2.4 facebookexternalhit/1.1 Facebot Twitterbot/1.0",
        "WhatsApp/2.23.20.0 A",
        "Twitterbot/1.0",
        "TelegramBot (like TwitterBot)",
        "Mozilla/5.0 (compatible; Discordbot/2.0; +https://discordapp.com)",
        "LinkedInBot/1.0 (compatible; Mozilla/5.0; Apache-HttpClient +http://www.linkedin.com)",
        "Mozilla/5.0 (Windows NT 6.1; WOW64) SkypeUriPreview Preview/0.5 skype-url-preview@microsoft.com",
        "Mozilla/5.0 Google-PageRenderer Google (+https://developers.google.com/+/web/snippet/)",
        "GoogleMessages/20",
        "Mozilla/5.0 (Windows NT 5.1; rv:11.0) Gecko Firefox/11.0 (via ggpht.com GoogleImageProxy)",
        "Nextcloud Server Crawler",
        "Barracuda Sentinel (EE)",
        "Microsoft Office SafeLinks Protection",
        "Microsoft Office Existence Discovery",
        "Mozilla/4.0 (compatible; ms-office; MSOffice 16)",
        "Mozilla/5.0 (compatible; Proofpoint URL Defense)",
        "Mimecast-URL-Protect/1.0",
    ] {
        assert_eq!(
            classifier.classify(unfurler).kind,
            AgentKind::Unfurler,
            "{unfurler}"
        );
    }
}

#[test]
fn http_libraries_and_automated_browsers_are_tools() {
    let classifier = classifier();
    for tool in [
        "curl/8.14.1",
        "Wget/1.21.3",
        "python-requests/2.32.3",
        "Go-http-client/2.0",
        "okhttp/4.12.0",
        "axios/1.7.2",
        "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/140.0.0.0 Safari/537.36",
    ] {
        assert_eq!(classifier.classify(tool).kind, AgentKind::Tool, "{tool}");
    }
}

#[test]
fn programs_younger_than_the_list_are_found_by_convention() {
    let classifier = classifier();
    for program in [
        "Mozilla/5.0 (compatible; Younger/1.0; +https://younger.example/about)",
        "BrandNewCrawler/0.1",
        "a-spider",
        "YoungBot; version 2",
        "Mozilla/5.0 (compatible; Roubot/1.0)",
        "ACME Link Preview/3",
    ] {
        assert_ne!(
            classifier.classify(program).kind,
            AgentKind::Browser,
            "{program}"
        );
    }
}

#[test]
fn people_are_people_also_inside_apps_and_on_school_laptops() {
    let classifier = classifier();
    let browsers: Vec<&str> = include_str!("data/browsers.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .collect();
    assert!(browsers.len() >= 30);
    for browser in browsers {
        let agent = classifier.classify(browser);
        assert_eq!(
            agent.kind,
            AgentKind::Browser,
            "taken for {:?}: {browser}",
            agent.name
        );
    }
}

#[test]
fn a_missing_user_agent_is_its_own_kind() {
    let classifier = classifier();
    for missing in ["", " ", "-"] {
        assert_eq!(classifier.classify(missing).kind, AgentKind::Missing);
    }
}

#[test]
fn the_name_is_the_most_particular_pattern() {
    let classifier = classifier();
    let name = |user_agent| classifier.classify(user_agent).name.map(str::to_owned);
    assert_eq!(
        name("Googlebot-Image/1.0").as_deref(),
        Some("Googlebot-Image")
    );
    assert_eq!(name("curl/8.14.1").as_deref(), Some("curl"));
    assert_eq!(
        name("Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:156.0) Gecko/20100101 Firefox/156.0"),
        None
    );
}

#[test]
fn an_endless_user_agent_is_read_to_a_bound_that_cuts_no_character() {
    let classifier = classifier();
    let endless = "é".repeat(100_000) + "Googlebot/2.1";
    assert_eq!(
        classifier.classify(&format!("x{endless}")).kind,
        AgentKind::Browser
    );
    assert_eq!(classifier.classify(&endless).kind, AgentKind::Browser);
}

#[test]
fn a_broken_list_is_an_error_and_not_an_empty_classifier() {
    for broken in [
        "",
        "{}",
        r#"[{"tags": []}]"#,
        r#"[{"pattern": "(?=lookahead)"}]"#,
        r#"[{"pattern": "("}]"#,
    ] {
        assert!(AgentClassifier::from_json(broken).is_err(), "{broken}");
    }
}

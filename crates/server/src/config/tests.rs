use std::path::{Path, PathBuf};

use super::*;

const DATABASE: (&str, &str) = ("DATABASE_URL", "postgresql://ve:hunter2@db/ve");

fn sources(pairs: &[(&str, &str)]) -> Sources {
    let own = |(name, text): &(&str, &str)| ((*name).to_owned(), (*text).to_owned());
    Sources {
        environment: pairs.iter().map(own).collect(),
        ..Sources::default()
    }
}

/// Loads without touching any data folder but the given one.
pub(super) fn load(pairs: &[(&str, &str)]) -> Result<Config, Vec<String>> {
    load_sources(&sources(pairs), NewSecrets::Forget)
}

fn load_sources(sources: &Sources, new_secrets: NewSecrets) -> Result<Config, Vec<String>> {
    Config::load(sources, new_secrets)
        .map(|(config, _)| config)
        .map_err(|error| error.problems.iter().map(ToString::to_string).collect())
}

fn problems(pairs: &[(&str, &str)]) -> Vec<String> {
    load(pairs).map(|_| ()).expect_err("problems")
}

fn file(folder: &tempfile::TempDir, name: &str, text: &str) -> PathBuf {
    let path = folder.path().join(name);
    std::fs::write(&path, text).unwrap();
    path
}

#[test]
fn nothing_needs_to_be_configured() {
    let config = load(&[("DATA_DIR", "/nonexistent")]).unwrap();
    assert_eq!(config.engine.bind.to_string(), "127.0.0.1:8080");
    assert_eq!(config.engine.environment, Environment::Development);
    assert_eq!(config.thresholds, Thresholds::default());
    assert!(matches!(
        config.database.kind,
        DatabaseKind::Embedded { bin_dir: None }
    ));
    assert!(
        !Path::new("/nonexistent").exists(),
        "checking makes nothing"
    );
}

#[test]
fn every_documented_key_is_read_and_every_read_key_is_documented() {
    let mut problems = Vec::new();
    let mut values = Values::gather(&sources(&[]), &mut problems);
    secrets_file::fill(&mut values, Path::new("/nonexistent"), false, &mut problems);
    let (config, problems, read) = Config::read(&values, problems);
    assert!(config.is_some() && problems.is_empty(), "{problems:?}");
    assert_eq!(read, table::keys().map(|key| key.name).collect());
}

#[test]
fn every_word_of_a_choice_has_a_meaning() {
    let production = [
        ("PUBLIC_URL", "https://ve.example.org"),
        ("DATA_DIR", "/nonexistent"),
    ];
    for key in table::keys() {
        if let key::Kind::Choice(words) = key.kind {
            for word in words {
                let mut pairs = production.to_vec();
                pairs.push((key.name, word));
                assert!(load(&pairs).is_ok(), "{}={word}", key.name);
            }
        }
    }
}

#[test]
fn all_bad_values_are_reported_at_once_with_value_and_range() {
    let problems = problems(&[
        ("BIND_ADDR", "everywhere"),
        ("DATABASE_POOL_SIZE", "1"),
        ("CLICK_DURABILITY", "maybe"),
        ("BOT_DETECTION_TIME_WINDOW", "61"),
        ("TRUSTED_PROXIES", "10.0.0.0/8, proxy"),
    ]);
    let expected = [
        "BIND_ADDR=\"everywhere\": must be host:port",
        "DATABASE_POOL_SIZE=\"1\": must be a whole number from 2 to 500",
        "CLICK_DURABILITY=\"maybe\": must be log or database",
        "`proxy`",
        "BOT_DETECTION_TIME_WINDOW must be a whole number from 1 to 60, got \"61\"",
    ];
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    for (problem, expected) in problems.iter().zip(expected) {
        assert!(problem.contains(expected), "{problem}");
    }
}

#[test]
fn caps_that_exceed_the_score_are_refused() {
    let problems = problems(&[("HEALTH_SCORE_FRAUD_CAP", "60")]);
    assert!(
        problems[0].contains("must sum to at most 100"),
        "{problems:?}"
    );
}

#[test]
fn with_a_database_of_ones_own_every_missing_or_short_secret_is_named_and_none_is_shown() {
    let problems = problems(&[DATABASE, ("IP_HASH_KEY", "abad1dea")]);
    let named = |name: &str| {
        problems
            .iter()
            .filter(|problem| problem.starts_with(name))
            .count()
    };
    for name in [
        "LINK_SIGNING_KEYS is missing",
        "VISITOR_KEY is missing",
        "PERSONAL_DATA_KEY is missing",
    ] {
        assert_eq!(named(name), 1, "{name}: {problems:?}");
    }
    assert_eq!(named("SESSION_KEY is missing"), 1);
    assert_eq!(named("IP_HASH_KEY=***"), 1);
    let all = problems.join("\n");
    assert!(
        all.contains("it has 4 bytes") && !all.contains("abad1dea") && !all.contains("hunter2")
    );
}

#[test]
fn production_needs_a_public_https_address() {
    let production = ("ENVIRONMENT", "production");
    assert!(problems(&[production])[0].starts_with("PUBLIC_URL is missing"));
    let http = problems(&[production, ("PUBLIC_URL", "http://ve.example.org")]);
    assert!(
        http[0].contains("ENVIRONMENT=production needs https"),
        "{http:?}"
    );
    let config = load(&[
        production,
        ("PUBLIC_URL", "https://ve.example.org/"),
        ("DATA_DIR", "/nonexistent"),
    ]);
    assert_eq!(
        config.unwrap().engine.public_url.as_deref(),
        Some("https://ve.example.org")
    );
}

#[test]
fn a_public_url_is_an_origin() {
    for bad in [
        "ve.example.org",
        "ftp://ve.example.org",
        "https://u:p@ve.example.org",
        "https://ve.example.org/x",
    ] {
        assert_eq!(problems(&[("PUBLIC_URL", bad)]).len(), 1, "{bad}");
    }
}

#[test]
fn the_environment_wins_over_dotenv_and_dotenv_over_toml() {
    let folder = tempfile::tempdir().unwrap();
    let toml = file(
        &folder,
        "ve.toml",
        "DATABASE_POOL_SIZE = 7\nLINK_TARGET_HOSTS = [\"a.example.org\", \"b.example.org\"]\nLOG_LEVEL = \"warn\"\n",
    );
    let dotenv = format!(
        "CONFIG_FILE={}\nDATABASE_POOL_SIZE=8\nLOG_LEVEL=debug\n",
        toml.display()
    );
    let sources = Sources {
        dotenv: Some(file(&folder, ".env", &dotenv)),
        ..sources(&[("LOG_LEVEL", "error"), ("DATA_DIR", "/nonexistent")])
    };
    let config = load_sources(&sources, NewSecrets::Forget).unwrap();
    assert_eq!(config.logs.level, tracing::Level::ERROR);
    assert_eq!(config.database.pool_size, 8);
    assert!(config.links.targets.check("https://b.example.org/").is_ok());
}

#[test]
fn an_empty_value_counts_as_not_given() {
    let config = load(&[
        ("DATABASE_URL", ""),
        ("BIND_ADDR", " "),
        ("DATA_DIR", "/nonexistent"),
    ])
    .unwrap();
    assert_eq!(config.engine.bind.port(), 8080);
}

#[test]
fn unknown_keys_in_files_are_refused_with_what_was_probably_meant() {
    let folder = tempfile::tempdir().unwrap();
    let toml = file(
        &folder,
        "ve.toml",
        "data_dri = \"x\"\nSOMETHING_ELSE_ENTIRELY = 1\n",
    );
    let sources = Sources {
        dotenv: Some(file(&folder, ".env", "LINK_SIGNIN_KEYS=x\n")),
        ..sources(&[("CONFIG_FILE", toml.to_str().unwrap()), ("PATH", "/bin")])
    };
    let problems = load_sources(&sources, NewSecrets::Forget)
        .map(|_| ())
        .unwrap_err();
    assert_eq!(problems.len(), 3, "{problems:?}");
    assert!(
        problems[0]
            .ends_with(".env: unknown key \"LINK_SIGNIN_KEYS\": did you mean LINK_SIGNING_KEYS?")
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.contains("did you mean DATA_DIR?"))
    );
    assert!(
        problems
            .iter()
            .any(|problem| problem.ends_with("unknown key \"SOMETHING_ELSE_ENTIRELY\""))
    );
}

#[test]
fn broken_files_are_named_by_line_and_never_quoted() {
    let folder = tempfile::tempdir().unwrap();
    let toml = file(
        &folder,
        "ve.toml",
        "LOG_LEVEL = \"info\"\nSESSION_KEY = hunter2 = 3\n",
    );
    let sources = Sources {
        dotenv: Some(file(&folder, ".env", "LOG_LEVEL=info\nhunter2 hunter2\n")),
        ..sources(&[("CONFIG_FILE", toml.to_str().unwrap())])
    };
    let problems = load_sources(&sources, NewSecrets::Forget)
        .map(|_| ())
        .unwrap_err()
        .join("\n");
    assert!(
        problems.contains(".env: line 2 is not KEY=value"),
        "{problems}"
    );
    assert!(problems.contains("ve.toml: line 2"), "{problems}");
    assert!(!problems.contains("hunter2"), "{problems}");
}

#[test]
fn secrets_are_made_once_and_kept_for_their_owner_alone() {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let sources = sources(&[("DATA_DIR", data.to_str().unwrap())]);
    let (first, _) = Config::load(&sources, NewSecrets::Keep).unwrap();
    let (second, values) = Config::load(&sources, NewSecrets::Keep).unwrap();
    assert_eq!(
        first.privacy.session_key.expose(),
        second.privacy.session_key.expose()
    );
    assert_ne!(
        first.privacy.session_key.expose(),
        first.privacy.ip_hash_key.expose()
    );
    let mode = secrets_file::path(&data)
        .metadata()
        .unwrap()
        .permissions()
        .mode();
    assert_eq!(mode & 0o777, 0o600);

    let secret = values.text("SESSION_KEY").unwrap();
    assert!(
        !report(&second, &values).contains(secret)
            && !format!("{second:?}{values:?}").contains(secret)
    );
}

#[test]
fn a_secret_that_a_newer_version_needs_is_added_to_the_old_file() {
    let folder = tempfile::tempdir().unwrap();
    let kept = format!("SESSION_KEY = \"{}\"\n", "0f1e".repeat(16));
    file(&folder, "secrets.toml", &kept);
    let sources = sources(&[("DATA_DIR", folder.path().to_str().unwrap())]);
    load_sources(&sources, NewSecrets::Keep).unwrap();
    let text = std::fs::read_to_string(folder.path().join("secrets.toml")).unwrap();
    assert!(
        text.starts_with(&kept) && text.contains("PERSONAL_DATA_KEY = "),
        "{text}"
    );
}

#[test]
fn two_first_starts_at_once_agree_on_the_secrets() {
    let folder = tempfile::tempdir().unwrap();
    let sources = sources(&[("DATA_DIR", folder.path().to_str().unwrap())]);
    let start = || {
        load_sources(&sources, NewSecrets::Keep)
            .unwrap()
            .privacy
            .session_key
    };
    let keys = std::thread::scope(|scope| {
        let starts: Vec<_> = (0..8).map(|_| scope.spawn(start)).collect();
        starts
            .into_iter()
            .map(|start| *start.join().unwrap().expose())
            .collect::<BTreeSet<_>>()
    });
    assert_eq!(keys.len(), 1);
}

#[test]
fn the_example_is_up_to_date_and_loads_once_its_comments_are_removed() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.env.example");
    let committed = std::fs::read_to_string(&path).unwrap();
    assert!(
        committed == example(),
        "run `cargo xtask env-example` and commit .env.example"
    );

    let folder = tempfile::tempdir().unwrap();
    let assignments: String = committed
        .lines()
        .filter_map(|line| {
            line.strip_prefix('#')
                .filter(|rest| !rest.starts_with(' ') && rest.contains('='))
        })
        .map(|line| format!("{line}\n"))
        .collect();
    let sources = Sources {
        dotenv: Some(file(&folder, ".env", &assignments)),
        ..sources(&[("DATA_DIR", folder.path().to_str().unwrap())])
    };
    load_sources(&sources, NewSecrets::Forget).unwrap();
}

#[test]
fn queues_that_are_not_named_keep_their_concurrency() {
    let config = load(&[
        ("QUEUE_CONCURRENCY", "email=3, batch = 200"),
        ("DATA_DIR", "/nonexistent"),
    ])
    .unwrap();
    let of = |name| {
        let mut queues = config.jobs.concurrency.iter();
        queues
            .find(|(queue, _)| queue.as_str() == name)
            .map(|(_, number)| *number)
    };
    assert_eq!(
        [of("email"), of("batch"), of("recaps")],
        [Some(3), Some(200), Some(2)]
    );
    for bad in ["email", "mail=3", "email=0", "email=10001", "email=-1"] {
        assert_eq!(problems(&[("QUEUE_CONCURRENCY", bad)]).len(), 1, "{bad}");
    }
}

#[test]
fn a_time_zone_that_nobody_knows_is_refused() {
    let problems = problems(&[("SCHEDULE_TIME_ZONE", "Europe/Nowhere")]);
    assert!(
        problems[0].starts_with("SCHEDULE_TIME_ZONE=\"Europe/Nowhere\""),
        "{problems:?}"
    );
}

#[test]
fn a_mail_server_is_named_with_a_sender_and_is_never_shown() {
    let base = ("DATA_DIR", "/nonexistent");
    let url = ("SMTP_URL", "smtps://ada:hunter2@mail.example.org");
    let from = ("EMAIL_FROM", "Größe <no-reply@example.org>");
    let config = load(&[base, url, from]).unwrap();
    assert!(config.email.smtp.is_some());
    assert!(!format!("{config:?}").contains("hunter2"));
    let without = problems(&[base, url]);
    assert!(
        without[0].starts_with("EMAIL_FROM is missing"),
        "{without:?}"
    );
    for (key, value) in [
        ("SMTP_URL", "smtp://ada:hunter2@mail.example.org?tls=none"),
        ("SMTP_URL", "mail.example.org"),
        ("EMAIL_FROM", "nobody"),
        ("SMTP_CA_FILE", "/nonexistent/ca.pem"),
    ] {
        let mut pairs = vec![base, url, from];
        pairs.retain(|(name, _)| *name != key);
        pairs.push((key, value));
        let told = problems(&pairs);
        assert!(told[0].starts_with(key), "{told:?}");
        assert!(!told[0].contains("hunter2"), "{told:?}");
    }
}

#[test]
fn private_receivers_of_webhooks_are_for_development_only() {
    let allow = ("WEBHOOK_ALLOW_PRIVATE", "on");
    let data_dir = ("DATA_DIR", "/nonexistent");
    assert!(load(&[allow, data_dir]).unwrap().webhooks.allow_private);
    assert!(!load(&[data_dir]).unwrap().webhooks.allow_private);
    let production = [
        allow,
        ("ENVIRONMENT", "production"),
        ("PUBLIC_URL", "https://ve.example.org"),
    ];
    let refused = "WEBHOOK_ALLOW_PRIVATE=on is for development";
    let problems = problems(&production);
    assert!(
        problems.iter().any(|problem| problem.starts_with(refused)),
        "{problems:?}"
    );
}

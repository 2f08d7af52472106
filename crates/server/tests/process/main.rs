//! The binary as whoever runs it meets it: starts, commands beside it, signals, kill -9, exit codes.

#![allow(clippy::unwrap_used)]

mod home;
mod traces;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::Stdio;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

use home::{Home, eventually, text};

#[test]
fn a_first_start_serves_and_a_signal_ends_it_and_its_database() {
    let home = Home::new();
    for signal in [Signal::SIGTERM, Signal::SIGINT] {
        let mut engine = home.serve();
        assert!(
            engine
                .line()
                .starts_with("Set up the first admin within 24 hours: http://127.0.0.1:")
        );
        assert!(engine.get("/healthz").starts_with("HTTP/1.1 200"));
        assert!(engine.get("/readyz").starts_with("HTTP/1.1 200"));
        assert!(home.postgres().is_some());
        engine.signal(signal);
        assert_eq!(engine.exit_code(), Some(0));
        assert_eq!(home.postgres(), None);
    }
}

#[test]
fn commands_work_beside_a_running_engine_and_leave_its_database_alone() {
    let home = Home::new();
    let engine = home.serve();
    let postgres = home.postgres();
    let created = home.run(&["api-key", "create", "--name", "test", "--scopes", "*"]);
    assert!(created.status.success(), "{}", text(&created.stderr));
    let key = text(&created.stdout);
    assert!(
        key.starts_with("ve_live_") && key.lines().count() == 1,
        "{key:?}"
    );
    let status = home.run(&["migrate", "status"]);
    assert!(!text(&status.stdout).contains("pending"));
    let report = home.run(&["report", "weekly", "--format", "csv"]);
    assert!(
        text(&report.stdout).contains("figure,K-factor,"),
        "{}",
        text(&report.stderr)
    );
    let report = home.run(&["report", "custom", "--from", "2026-03-01"]);
    assert_eq!(report.status.code(), Some(2));
    assert!(
        text(&report.stderr).starts_with("error: to: "),
        "{}",
        text(&report.stderr)
    );
    assert_eq!(home.postgres(), postgres);
    assert!(engine.get("/readyz").starts_with("HTTP/1.1 200"));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
}

#[test]
fn the_audit_trail_is_verified_here_and_elsewhere_and_a_change_ends_with_1() {
    let home = Home::new();
    let engine = home.serve();
    home.run(&["api-key", "create", "--name", "test", "--scopes", "*"]);
    let folder = tempfile::tempdir().unwrap();
    let path = |name: &str| folder.path().join(name).display().to_string();
    let (head, export, forged) = (
        path("head.txt"),
        path("audit.ndjson"),
        path("forged.ndjson"),
    );
    let run = |arguments: &[&str]| {
        let output = home.run(arguments);
        assert_eq!(output.status.code(), Some(0), "{}", text(&output.stderr));
        text(&output.stdout)
    };
    run(&["audit", "head", "-o", &head]);
    run(&["audit", "export", "-o", &export]);
    let verified = run(&["audit", "verify", "--head", &head]);
    assert!(verified.contains("heads hold"), "{verified}");
    let key = run(&["audit", "public-key"]);

    // On a machine that has neither database nor secrets.
    let elsewhere = Home::new();
    let offline = |arguments: &[&str]| {
        let mut all = vec!["audit", "verify", "--public-key", key.trim()];
        all.extend_from_slice(arguments);
        elsewhere.run(&all)
    };
    let fine = offline(&["--export", &export, "--head", &head]);
    assert_eq!(fine.status.code(), Some(0), "{}", text(&fine.stdout));
    let lines = std::fs::read_to_string(&export).unwrap();
    std::fs::write(
        &forged,
        lines.replacen("create_api_key", "delete_api_key", 1),
    )
    .unwrap();
    let found = offline(&["--export", &forged, "--head", &head]);
    assert_eq!(found.status.code(), Some(1));
    assert!(
        text(&found.stdout).starts_with("entry_changed seq "),
        "{}",
        text(&found.stdout)
    );
    let missing = offline(&["--export", &path("nowhere"), "--head", &head]);
    assert_eq!(missing.status.code(), Some(2));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
}

#[test]
fn a_worker_apart_runs_what_an_engine_without_one_enqueues() {
    let home = Home::new();
    let engine = home.serve_without_worker();
    let created = home.run(&["api-key", "create", "--name", "test", "--scopes", "*"]);
    let key = format!("Authorization: Bearer {}\r\n", text(&created.stdout).trim());
    let asked = engine.call("POST", "/v1/schedules/sweep/run", &key);
    assert!(asked.starts_with("HTTP/1.1 201"), "{asked}");
    let of_state = |state: &str| {
        let path = format!("/v1/jobs?kind=sweep&state={state}");
        engine
            .call("GET", &path, &key)
            .contains("\"kind\":\"sweep\"")
    };
    assert!(of_state("waiting"));

    let mut worker = home
        .command(&["worker"])
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    eventually("the job is done", || of_state("succeeded"));
    kill(Pid::from_raw(worker.id().cast_signed()), Signal::SIGTERM).unwrap();
    assert_eq!(worker.wait().unwrap().code(), Some(0));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
    assert_eq!(home.postgres(), None);
}

#[test]
fn a_restart_after_kill_9_adopts_the_database_and_stops_it_in_the_end() {
    let home = Home::new();
    let killed = home.serve();
    killed.signal(Signal::SIGKILL);
    assert_eq!(killed.exit_code(), None);
    let left = home.postgres().unwrap();
    assert!(kill(left, None).is_ok(), "the database outlives its engine");

    let engine = home.serve();
    assert_eq!(home.postgres(), Some(left), "adopted, not started anew");
    assert!(engine.get("/readyz").starts_with("HTTP/1.1 200"));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
    assert_eq!(home.postgres(), None);
}

#[test]
fn the_engine_recovers_when_its_database_is_killed() {
    let home = Home::new();
    let engine = home.serve();
    kill(home.postgres().unwrap(), Signal::SIGKILL).unwrap();
    eventually("the database is gone", || {
        engine.get("/readyz").starts_with("HTTP/1.1 503")
    });
    assert!(
        engine.get("/healthz").starts_with("HTTP/1.1 200"),
        "the process lives all the while"
    );
    eventually("the engine is ready again", || {
        engine.get("/readyz").starts_with("HTTP/1.1 200")
    });
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
}

#[test]
fn a_request_under_way_is_answered_before_the_engine_stops() {
    let home = Home::new();
    let engine = home.serve();
    let body = r#"{"email":"nobody@example.org","password":"a long enough password"}"#;
    let (first, rest) = body.split_at(10);
    let head = format!(
        "POST /v1/auth/login HTTP/1.1\r\nHost: {}\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n",
        engine.address,
        body.len()
    );
    let mut stream = TcpStream::connect(&engine.address).unwrap();
    stream.write_all((head + first).as_bytes()).unwrap();
    // The engine has the first request once it answers one that came later.
    assert!(engine.get("/healthz").starts_with("HTTP/1.1 200"));
    engine.signal(Signal::SIGTERM);
    eventually("new connections are refused", || {
        TcpStream::connect(&engine.address).is_err()
    });
    stream.write_all(rest.as_bytes()).unwrap();
    let mut answer = String::new();
    BufReader::new(stream).read_line(&mut answer).unwrap();
    assert_eq!(answer.trim(), "HTTP/1.1 401 Unauthorized");
    assert_eq!(engine.exit_code(), Some(0));
    assert_eq!(home.postgres(), None);
}

/// As a proxy keeps one.
#[test]
fn an_idle_http_2_connection_does_not_hold_the_engine_up() {
    const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
    const SETTINGS: [u8; 9] = [0, 0, 0, 4, 0, 0, 0, 0, 0];
    let home = Home::new();
    let engine = home.serve();
    let mut stream = TcpStream::connect(&engine.address).unwrap();
    stream.write_all(PREFACE).unwrap();
    stream.write_all(&SETTINGS).unwrap();
    let mut head = [0; 9];
    stream.read_exact(&mut head).unwrap();
    assert_eq!(head[3], 4, "the engine speaks HTTP/2");
    let asked = Instant::now();
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
    // The timeout of these engines is 20 s.
    assert!(
        asked.elapsed() < Duration::from_secs(15),
        "{:?}",
        asked.elapsed()
    );
}

#[test]
fn a_taken_port_is_an_error_in_one_sentence() {
    let home = Home::new();
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let output = home.run(&["serve", "--bind", &address]);
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    let sentence = format!("error: could not listen on {address} (BIND_ADDR): ");
    assert!(error.contains(&sentence), "{error}");
}

#[test]
fn a_wrong_configuration_or_command_line_ends_with_2_and_all_reasons() {
    let home = Home::new();
    let output = home
        .command(&["serve"])
        .env("BIND_ADDR", "nowhere")
        .env("LOG_LEVEL", "loud")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(
        error.contains("BIND_ADDR=\"nowhere\"") && error.contains("LOG_LEVEL=\"loud\""),
        "{error}"
    );
    assert_eq!(home.run(&["no-such-command"]).status.code(), Some(2));
    assert!(
        std::fs::read_dir(home.folder.path())
            .unwrap()
            .next()
            .is_none(),
        "nothing was made"
    );
}

#[test]
fn an_unreachable_database_ends_with_1_and_its_password_is_not_shown() {
    let home = Home::new();
    let secret = "0f1e".repeat(16);
    let output = home
        .command(&["migrate"])
        .env("DATABASE_URL", "postgresql://ve:hunter2@127.0.0.1:1/ve")
        .env("LINK_SIGNING_KEYS", format!("k1:{secret}"))
        .envs(
            [
                "VISITOR_KEY",
                "IP_HASH_KEY",
                "PERSONAL_DATA_KEY",
                "SESSION_KEY",
                "AUDIT_SIGNING_KEY",
            ]
            .map(|key| (key, &secret)),
        )
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let error = text(&output.stderr);
    assert!(
        error.starts_with("error: the schema could not be brought up to date: "),
        "{error}"
    );
    assert!(
        !error.contains("hunter2") && !error.contains("backtrace"),
        "{error}"
    );
}

#[test]
fn a_command_in_a_folder_without_an_installation_is_refused_and_makes_nothing() {
    let home = Home::new();
    for command in [
        &["api-key", "create", "--name", "n", "--scopes", "*"][..],
        &["simulate", "--users", "100"],
        &["import", "events", "/dev/null"],
        &["migrate", "status"],
        &["migrate", "down", "--yes"],
    ] {
        let output = home.run(command);
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let error = text(&output.stderr);
        assert!(
            error.contains("DATA_DIR=") && error.contains("there is no installation"),
            "{command:?}: {error}"
        );
    }
    assert!(
        std::fs::read_dir(home.folder.path())
            .unwrap()
            .next()
            .is_none(),
        "nothing was made"
    );
}

#[test]
fn a_key_of_personal_data_that_is_not_the_one_in_use_is_refused_by_name() {
    let home = Home::new();
    let engine = home.serve();
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
    let wrong = |arguments: &[&str]| {
        let mut command = home.command(arguments);
        command.env("PERSONAL_DATA_KEY", "0f1e".repeat(16));
        command.output().unwrap()
    };
    for command in [
        &["serve", "--bind", "127.0.0.1:0"][..],
        &["worker"],
        &["api-key", "create", "--name", "n", "--scopes", "*"],
    ] {
        let output = wrong(command);
        assert_eq!(output.status.code(), Some(2), "{command:?}");
        let error = text(&output.stderr);
        assert!(
            error.contains("PERSONAL_DATA_KEY: ") && error.contains("PERSONAL_DATA_KEY_PREVIOUS"),
            "{command:?}: {error}"
        );
        assert!(!error.contains("0f1e"), "{error}");
    }
    assert_eq!(
        wrong(&["audit", "head"]).status.code(),
        Some(0),
        "the audit trail has keys of its own"
    );
    let engine = home.serve();
    assert!(engine.get("/readyz").starts_with("HTTP/1.1 200"));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
}

#[test]
fn a_simulated_platform_is_scored_against_its_truth_and_not_against_another_one() {
    let home = Home::new();
    assert!(home.run(&["migrate"]).status.success());
    let simulate = [
        "simulate",
        "--users",
        "60",
        "--days",
        "9",
        "--truth",
        "truth.json",
    ];
    assert!(home.run(&simulate).status.success());
    let output = home.run(&["score", "--truth", "truth.json"]);
    let table = text(&output.stdout);
    assert!(output.status.success(), "{table} {}", text(&output.stderr));
    for detector in [
        "click farms",
        "school networks",
        "bots",
        "conversion anomalies",
        "personal information",
    ] {
        let line = table.lines().find(|line| line.starts_with(detector));
        assert!(
            line.is_some_and(|line| line.matches("100.00 %").count() == 2),
            "{table}"
        );
    }
    let other = [
        &simulate[..5],
        &["--seed", "2", "--dry-run", "--truth", "other.json"],
    ]
    .concat();
    assert!(home.run(&other).status.success());
    let output = home.run(&["score", "--truth", "other.json"]);
    assert_eq!(output.status.code(), Some(1), "{}", text(&output.stdout));
    assert!(
        text(&output.stderr).contains("missed: click farms"),
        "{}",
        text(&output.stderr)
    );
}

#[test]
fn the_interval_of_k_is_scored_without_a_database() {
    let home = Home::new();
    let output = home.run(&["score", "--worlds", "20", "--users", "200", "--days", "10"]);
    let table = text(&output.stdout);
    assert!(output.status.success(), "{}", text(&output.stderr));
    let line = table
        .lines()
        .find(|line| line.starts_with("buddy_challenge"))
        .unwrap();
    let words: Vec<&str> = line.split_whitespace().collect();
    let (k, runs, held): (f64, u32, f64) = (
        words[1].parse().unwrap(),
        words[2].parse().unwrap(),
        words[3].parse().unwrap(),
    );
    assert!(
        (0.5..2.5).contains(&k) && runs == 20 && held >= 75.0,
        "{table}"
    );
    let again = home.run(&["score", "--worlds", "20", "--users", "200", "--days", "10"]);
    assert_eq!(
        table,
        text(&again.stdout),
        "the same seeds make the same platforms"
    );
    assert_eq!(
        home.run(&["score"]).status.code(),
        Some(2),
        "something is to be scored"
    );
}

#[test]
fn the_engine_listens_on_a_host_by_its_name() {
    let home = Home::new();
    let engine = home.serve_on("localhost:0");
    assert!(engine.get("/healthz").starts_with("HTTP/1.1 200"));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
}

#[test]
fn a_scope_that_does_not_exist_is_refused_by_name_of_the_field() {
    let home = Home::new();
    assert!(home.run(&["migrate"]).status.success());
    let output = home.run(&[
        "api-key",
        "create",
        "--name",
        "n",
        "--scopes",
        "links:read,everything",
    ]);
    assert_eq!(output.status.code(), Some(2));
    let error = text(&output.stderr);
    assert!(
        error.contains("scopes/1: An API key can have *") && error.contains("links:read, "),
        "{error}"
    );
    assert_eq!(
        home.postgres(),
        None,
        "a command that started the database stops it, also when it fails"
    );
}

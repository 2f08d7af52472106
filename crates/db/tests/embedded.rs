//! The embedded PostgreSQL against the real binaries: start, restart, death, and several users at once.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::{Pid, geteuid};
use tempfile::TempDir;
use tokio_postgres::{Client, NoTls};
use viral_engine_db::embedded::{EmbeddedError, EmbeddedOptions, EmbeddedPostgres};

/// How long anything here may take.
const PATIENCE: Duration = Duration::from_secs(60);

fn folder() -> TempDir {
    tempfile::tempdir().unwrap()
}

async fn start(folder: &TempDir) -> EmbeddedPostgres {
    EmbeddedPostgres::start(folder.path()).await.unwrap()
}

async fn start_error(options: impl Into<EmbeddedOptions>) -> EmbeddedError {
    match EmbeddedPostgres::start(options).await {
        Ok(_) => panic!("started against expectation"),
        Err(error) => error,
    }
}

async fn connect(url: &str) -> Result<Client, tokio_postgres::Error> {
    let (client, connection) = tokio_postgres::connect(url, NoTls).await?;
    tokio::spawn(connection);
    Ok(client)
}

async fn connect_eventually(url: &str) -> Client {
    let started = Instant::now();
    loop {
        match connect(url).await {
            Ok(client) => return client,
            Err(error) => assert!(started.elapsed() < PATIENCE, "{error}"),
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn one_text(client: &Client, query: &str) -> String {
    client.query_one(query, &[]).await.unwrap().get(0)
}

async fn write_a_row(client: &Client) {
    let sql = "CREATE TABLE kept (x text); INSERT INTO kept VALUES ('here')";
    client.batch_execute(sql).await.unwrap();
}

async fn assert_row_kept(client: &Client) {
    assert_eq!(one_text(client, "SELECT x FROM kept").await, "here");
}

/// The server's process id, or `None` when no server was left behind.
fn server_pid(folder: &TempDir) -> Option<Pid> {
    let file = folder.path().join("postgres/postmaster.pid");
    let text = std::fs::read_to_string(file).ok()?;
    Some(Pid::from_raw(text.lines().next()?.parse().ok()?))
}

/// Kills the server hard and waits for its successor: a backend of the old one may still answer for a moment.
async fn kill_server(folder: &TempDir) {
    let killed = server_pid(folder).unwrap();
    kill(killed, Signal::SIGKILL).unwrap();
    let started = Instant::now();
    let not_yet = [killed, Pid::this()];
    while server_pid(folder).is_none_or(|pid| not_yet.contains(&pid)) {
        assert!(started.elapsed() < PATIENCE, "nobody restarted the server");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn a_new_folder_gets_a_durable_private_database_of_an_ordinary_role() {
    let folder = folder();
    let postgres = start(&folder).await;
    let client = connect(postgres.url()).await.unwrap();
    let settings = [
        ("fsync", "on"),
        ("synchronous_commit", "on"),
        ("full_page_writes", "on"),
        ("data_checksums", "on"),
        ("listen_addresses", ""),
        ("server_encoding", "UTF8"),
        ("is_superuser", "off"),
    ];
    for (name, value) in settings {
        assert_eq!(
            one_text(&client, &format!("SHOW {name}")).await,
            value,
            "{name}"
        );
    }
    let collation = "SELECT datcollate::text FROM pg_database WHERE datname = current_database()";
    assert_eq!(one_text(&client, collation).await, "C");
    assert_eq!(one_text(&client, "SELECT upper('ä')").await, "Ä");
    postgres.stop().await.unwrap();
    assert_eq!(server_pid(&folder), None);
}

#[tokio::test]
async fn a_restart_keeps_the_data_and_the_url() {
    let folder = folder();
    let first = start(&folder).await;
    let url = first.url().to_owned();
    write_a_row(&connect(&url).await.unwrap()).await;
    first.stop().await.unwrap();
    assert!(
        connect(&url).await.is_err(),
        "stopped servers take no connections"
    );

    let second = start(&folder).await;
    assert_eq!(second.url(), url);
    assert_row_kept(&connect(&url).await.unwrap()).await;
    second.stop().await.unwrap();
}

#[tokio::test]
async fn a_dropped_server_is_stopped() {
    let folder = folder();
    let postgres = start(&folder).await;
    let pid = server_pid(&folder).unwrap();
    drop(postgres);
    assert!(kill(pid, None).is_err());
    assert_eq!(server_pid(&folder), None);
}

#[tokio::test]
async fn a_killed_server_comes_back_with_what_was_committed() {
    let folder = folder();
    let postgres = start(&folder).await;
    write_a_row(&connect(postgres.url()).await.unwrap()).await;
    kill_server(&folder).await;
    assert_row_kept(&connect_eventually(postgres.url()).await).await;
    postgres.stop().await.unwrap();
    assert_eq!(server_pid(&folder), None);
}

#[tokio::test]
async fn the_second_user_of_a_folder_joins_and_takes_over_when_the_first_leaves() {
    let folder = folder();
    let first = start(&folder).await;
    let pid = server_pid(&folder);
    let second = start(&folder).await;
    assert_eq!(server_pid(&folder), pid, "joining starts nothing");
    let client = connect(second.url()).await.unwrap();

    first.stop().await.unwrap();
    assert_eq!(one_text(&client, "SELECT 'still here'").await, "still here");

    kill_server(&folder).await;
    connect_eventually(second.url()).await;
    second.stop().await.unwrap();
    assert_eq!(server_pid(&folder), None, "the last one out stops it");
}

#[tokio::test]
async fn a_guest_that_leaves_stops_nothing() {
    let folder = folder();
    let owner = start(&folder).await;
    let guest = start(&folder).await;
    guest.stop().await.unwrap();
    connect(owner.url()).await.unwrap();
    owner.stop().await.unwrap();
}

#[tokio::test]
async fn many_first_users_at_once_end_up_with_one_server() {
    let folder = folder();
    let starts = (0..6).map(|_| EmbeddedPostgres::start(folder.path()));
    let users = futures_util::future::try_join_all(starts).await.unwrap();
    for user in &users {
        connect(user.url()).await.unwrap();
    }
    for user in users {
        user.stop().await.unwrap();
    }
    assert_eq!(server_pid(&folder), None);
}

#[tokio::test]
async fn a_stale_pid_file_that_names_a_living_stranger_does_not_stop_the_start() {
    let folder = folder();
    start(&folder).await.stop().await.unwrap();
    let data = folder.path().join("postgres");
    // The process that runs this test's parent stands for a program that was given the old number.
    let stranger = std::os::unix::process::parent_id();
    let lines = format!(
        "{stranger}\n{}\n1763720000\n5432\n/nowhere\n\n  1179 11\nready   \n",
        data.display()
    );
    std::fs::write(data.join("postmaster.pid"), lines).unwrap();

    let postgres = start(&folder).await;
    connect(postgres.url()).await.unwrap();
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn a_start_killed_within_initdb_leaves_nothing_in_the_way() {
    let folder = folder();
    let half = folder.path().join("postgres.unfinished");
    std::fs::create_dir(&half).unwrap();
    std::fs::write(half.join("PG_VERSION"), "15").unwrap();
    let postgres = start(&folder).await;
    connect(postgres.url()).await.unwrap();
    postgres.stop().await.unwrap();
    assert!(!half.exists());
}

#[tokio::test]
async fn a_path_too_long_for_a_socket_still_works() {
    let folder = tempfile::Builder::new()
        .prefix(&"d".repeat(100))
        .tempdir()
        .unwrap();
    let postgres = start(&folder).await;
    connect(postgres.url()).await.unwrap();
    postgres.stop().await.unwrap();
}

#[tokio::test]
async fn data_of_another_version_is_refused_with_both_versions_named() {
    let folder = folder();
    start(&folder).await.stop().await.unwrap();
    std::fs::write(folder.path().join("postgres/PG_VERSION"), "9\n").unwrap();
    let error = start_error(folder.path()).await;
    assert!(
        matches!(error, EmbeddedError::VersionMismatch { .. }),
        "{error}"
    );
    assert!(
        error.to_string().contains("was written by PostgreSQL 9"),
        "{error}"
    );
}

#[tokio::test]
async fn missing_programs_are_answered_with_what_to_install() {
    let folder = folder();
    let options = EmbeddedOptions::new(folder.path()).bin_dir(Some("/nonexistent".into()));
    let error = start_error(options).await;
    assert!(
        error.to_string().contains("apt-get install postgresql"),
        "{error}"
    );
}

#[tokio::test]
async fn a_server_that_can_not_start_shows_the_end_of_its_log() {
    let folder = folder();
    start(&folder).await.stop().await.unwrap();
    std::fs::write(
        folder.path().join("postgres/postgresql.conf"),
        "no_such_setting = 1\n",
    )
    .unwrap();
    let error = start_error(folder.path()).await;
    assert!(error.to_string().contains("no_such_setting"), "{error}");
    assert_eq!(server_pid(&folder), None);
}

/// Root drops to an unprivileged user, who may be locked out; an ordinary user locks nobody out.
#[tokio::test]
async fn a_closed_folder_above_the_data_is_named_when_root_drops_to_another_user() {
    use std::os::unix::fs::PermissionsExt;
    let private = std::fs::Permissions::from_mode(0o700);
    let closed = tempfile::Builder::new()
        .permissions(private)
        .tempdir()
        .unwrap();
    let data = closed.path().join("data");
    if geteuid().is_root() {
        let error = start_error(&data).await;
        assert!(
            matches!(error, EmbeddedError::NotTraversable { .. }),
            "{error}"
        );
        assert!(
            error
                .to_string()
                .contains("choose a DATA_DIR outside of it"),
            "{error}"
        );
    } else {
        EmbeddedPostgres::start(&data)
            .await
            .unwrap()
            .stop()
            .await
            .unwrap();
    }
}

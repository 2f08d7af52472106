//! Clients that open a connection and do not ask: they may not hold it for ever.

use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::time::timeout;
use viral_engine_test_support::TestApp;

const LIMIT: Duration = Duration::from_millis(400);
/// More than any connection may take to end; reached only when it does not.
const PATIENCE: Duration = Duration::from_secs(20);
const REQUEST: &[u8] = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";

async fn app() -> TestApp {
    TestApp::with(|settings| settings.http.head_timeout = LIMIT).await
}

async fn connect(app: &TestApp) -> TcpStream {
    let address = app.base_url().trim_start_matches("http://");
    TcpStream::connect(address).await.expect("a connection")
}

/// Everything that comes until the engine closes the connection, and how long that took.
async fn until_closed(mut stream: TcpStream) -> (String, Duration) {
    let started = Instant::now();
    let mut text = String::new();
    timeout(PATIENCE, stream.read_to_string(&mut text))
        .await
        .expect("the engine closes the connection")
        .expect("it closes it in order");
    (text, started.elapsed())
}

/// Asks for something small and reads the whole answer.
async fn ask(stream: &mut TcpStream) -> String {
    stream.write_all(REQUEST).await.expect("sent");
    let mut answer = Vec::new();
    while !answer.ends_with(b"}") {
        let read = timeout(PATIENCE, stream.read_buf(&mut answer)).await;
        assert_ne!(read.expect("in time").expect("an answer"), 0, "cut off");
    }
    String::from_utf8(answer).expect("text")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_that_sends_nothing_is_closed() {
    let app = app().await;
    let (text, took) = until_closed(connect(&app).await).await;
    assert_eq!(text, "");
    assert!(took >= LIMIT, "after {took:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_first_head_that_does_not_end_is_answered_408() {
    let app = app().await;
    let mut stream = connect(&app).await;
    stream.write_all(&REQUEST[..20]).await.expect("sent");
    let (text, _) = until_closed(stream).await;
    assert!(text.starts_with("HTTP/1.1 408 "), "{text}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_later_head_that_does_not_end_closes_the_connection_however_the_bytes_drip() {
    let app = app().await;
    let mut stream = connect(&app).await;
    assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200 "));
    let (mut reading, mut writing) = stream.into_split();
    let drip = tokio::spawn(async move {
        for byte in REQUEST.iter().cycle().filter(|byte| **byte != b'\n') {
            if writing.write_all(&[*byte]).await.is_err() {
                return;
            }
            tokio::time::sleep(LIMIT / 8).await;
        }
    });
    let mut rest = Vec::new();
    // A reset is as good as an end: bytes were on their way.
    let ended = timeout(PATIENCE, reading.read_to_end(&mut rest)).await;
    assert!(ended.is_ok(), "the engine closes the connection");
    assert_eq!(rest, b"");
    drip.abort();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_may_idle_between_requests_for_longer_than_a_head_may_take() {
    let app = app().await;
    let mut stream = connect(&app).await;
    for _ in 0..3 {
        assert!(ask(&mut stream).await.starts_with("HTTP/1.1 200 "));
        tokio::time::sleep(LIMIT * 3).await;
    }
}

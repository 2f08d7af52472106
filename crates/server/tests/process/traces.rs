//! What a collector gets.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{Receiver, channel};
use std::thread;

use nix::sys::signal::Signal;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::trace::v1::Span;
use opentelemetry_proto::tonic::trace::v1::span::SpanKind;
use prost::Message;

use crate::home::Home;

/// A collector on a port of its own that keeps every span it is sent.
fn collector() -> (String, Receiver<Span>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (send, spans) = channel();
    thread::spawn(move || {
        for stream in listener.incoming() {
            let send = send.clone();
            thread::spawn(move || {
                let mut stream = BufReader::new(stream.unwrap());
                while let Some(body) = request(&mut stream) {
                    let batch = ExportTraceServiceRequest::decode(body.as_slice()).unwrap();
                    let scopes = batch
                        .resource_spans
                        .into_iter()
                        .flat_map(|it| it.scope_spans);
                    for span in scopes.flat_map(|scope| scope.spans) {
                        let _ = send.send(span);
                    }
                    let answer = b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
                    stream.get_mut().write_all(answer).unwrap();
                }
            });
        }
    });
    (address, spans)
}

/// The body of the next request on a connection.
fn request(stream: &mut BufReader<TcpStream>) -> Option<Vec<u8>> {
    let mut line = String::new();
    stream.read_line(&mut line).ok().filter(|read| *read > 0)?;
    assert!(line.starts_with("POST /v1/traces "), "{line}");
    let mut length = 0;
    loop {
        line.clear();
        stream.read_line(&mut line).ok()?;
        if line == "\r\n" {
            break;
        }
        if let Some(value) = line.to_ascii_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
    }
    let mut body = vec![0; length];
    stream.read_exact(&mut body).ok()?;
    Some(body)
}

fn attribute(span: &Span, name: &str) -> String {
    let found = span.attributes.iter().find(|one| one.key == name);
    format!("{:?}", found.and_then(|one| one.value.as_ref()))
}

#[test]
fn a_collector_gets_requests_and_jobs_by_their_standard_names_and_nothing_of_people() {
    let (address, spans) = collector();
    let home = Home::new();
    let mut command = home.command(&["serve", "--bind", "127.0.0.1:0"]);
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", &address)
        .env("OTEL_TRACES_SAMPLER_ARG", "1");
    let engine = home.start(command);
    let created = home.run(&["api-key", "create", "--name", "test", "--scopes", "*"]);
    let key = String::from_utf8_lossy(&created.stdout).trim().to_owned();
    let key = format!("Authorization: Bearer {key}\r\n");
    let missing = engine.call("GET", "/v1/users/ada-of-class-7", &key);
    assert!(missing.starts_with("HTTP/1.1 404"), "{missing}");
    let asked = engine.call("POST", "/v1/schedules/sweep/run", &key);
    assert!(asked.starts_with("HTTP/1.1 201"), "{asked}");

    let mut seen = Vec::new();
    let (request, job) = loop {
        let span = spans.recv_timeout(crate::home::PATIENCE).expect("a span");
        seen.push(span);
        let find = |name: &str| seen.iter().find(|span| span.name == name).cloned();
        if let (Some(request), Some(job)) = (find("GET /v1/users/{external_id}"), find("job sweep"))
        {
            break (request, job);
        }
    };
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
    // What is left is sent at the end.
    seen.extend(spans.try_iter());

    assert_eq!(request.kind(), SpanKind::Server);
    assert!(attribute(&request, "http.request.method").contains("GET"));
    assert!(attribute(&request, "http.route").contains("/v1/users/{external_id}"));
    assert!(attribute(&request, "http.response.status_code").contains("IntValue(404)"));
    assert_eq!(job.kind(), SpanKind::Consumer);
    let everything = format!("{seen:?}");
    for private in ["ada-of-class-7", "ve_live_", "127.0.0.1"] {
        assert!(!everything.contains(private), "{private}: {everything}");
    }
}

#[test]
fn a_collector_that_is_not_there_holds_nobody_up() {
    let home = Home::new();
    let mut command = home.command(&["serve", "--bind", "127.0.0.1:0"]);
    let nobody = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", nobody.local_addr().unwrap());
    drop(nobody);
    command
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", address)
        .env("OTEL_TRACES_SAMPLER_ARG", "1");
    let engine = home.start(command);
    assert!(engine.get("/readyz").starts_with("HTTP/1.1 200"));
    engine.signal(Signal::SIGTERM);
    assert_eq!(engine.exit_code(), Some(0));
}

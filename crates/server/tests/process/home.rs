//! An engine in a data folder of its own, run as a process.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, ChildStdout, Command, Output, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use tempfile::TempDir;

/// How long anything here may take.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// A data folder with an engine's settings, away from the developer's own.
pub struct Home {
    pub folder: TempDir,
}

impl Home {
    pub fn new() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
        }
    }

    pub fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_viral-engine"));
        command
            .args(arguments)
            .arg("--data-dir")
            .arg(self.folder.path())
            .current_dir(self.folder.path())
            .env_remove("DATABASE_URL")
            .env_remove("CONFIG_FILE");
        command
    }

    pub fn run(&self, arguments: &[&str]) -> Output {
        self.command(arguments).output().unwrap()
    }

    pub fn serve(&self) -> Engine {
        self.serve_on("127.0.0.1:0")
    }

    pub fn serve_on(&self, bind: &str) -> Engine {
        self.start(self.command(&["serve", "--bind", bind]))
    }

    pub fn serve_without_worker(&self) -> Engine {
        let mut command = self.command(&["serve", "--bind", "127.0.0.1:0"]);
        command.env("WORKER", "off");
        self.start(command)
    }

    pub fn start(&self, mut command: Command) -> Engine {
        let mut child = command
            .env("SHUTDOWN_TIMEOUT_SECONDS", "20")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut stdout = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        stdout.read_line(&mut line).unwrap();
        let address = line.trim().rsplit("http://").next().unwrap().to_owned();
        assert!(address.starts_with("127.0.0.1:"), "{line:?}");
        Engine {
            child,
            address,
            stdout,
        }
    }

    /// Process id of PostgreSQL, or `None` when none was left behind.
    pub fn postgres(&self) -> Option<Pid> {
        let file = self.folder.path().join("postgres/postmaster.pid");
        let text = std::fs::read_to_string(file).ok()?;
        Some(Pid::from_raw(text.lines().next()?.parse().ok()?))
    }
}

/// A running `serve`.
pub struct Engine {
    pub child: Child,
    pub address: String,
    /// Kept open: what is started with a pipe must not find it closed.
    pub stdout: BufReader<ChildStdout>,
}

impl Engine {
    pub fn get(&self, path: &str) -> String {
        self.call("GET", path, "")
    }

    /// A request with more headers, each ended by a line break.
    pub fn call(&self, method: &str, path: &str, headers: &str) -> String {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n{headers}\r\n",
            self.address
        );
        stream.write_all(head.as_bytes()).unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        answer
    }

    /// The next line it prints.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.stdout.read_line(&mut line).unwrap();
        line
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().cast_signed()), signal).unwrap();
    }

    pub fn exit_code(mut self) -> Option<i32> {
        self.child.wait().unwrap().code()
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // After a failed assertion only: PostgreSQL must not outlive the test either.
        if let Ok(None) = self.child.try_wait() {
            self.signal(Signal::SIGTERM);
            let _ = self.child.wait();
        }
    }
}

pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < PATIENCE, "never: {what}");
        std::thread::sleep(Duration::from_millis(20));
    }
}

pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

//! Processes under measurement: the engine on a folder of its own, and the baselines.

use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::Value;
use tempfile::TempDir;

/// A child process that printed its address and is ended when dropped.
pub struct Process {
    child: Child,
    /// `http://127.0.0.1:PORT`.
    pub url: String,
}

impl Process {
    fn spawn(mut command: Command) -> Result<Self> {
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::inherit())
            .spawn()?;
        let stdout = child.stdout.take().context("stdout is piped")?;
        let mut lines = BufReader::new(stdout).lines();
        for line in lines.by_ref() {
            if let Some(url) = address_in(&line?) {
                std::thread::spawn(move || lines.for_each(drop));
                return Ok(Self { child, url });
            }
        }
        bail!(
            "{command:?} ended with {} before it printed its address",
            child.wait()?
        )
    }

    /// Address without the scheme.
    pub fn address(&self) -> &str {
        self.url.trim_start_matches("http://")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = Command::new("kill")
            .arg(self.child.id().to_string())
            .status();
        let _ = self.child.wait();
    }
}

fn address_in(line: &str) -> Option<String> {
    let rest = line.split("http://").nth(1)?;
    let address: String = rest
        .chars()
        .take_while(|c| c.is_ascii_digit() || *c == '.' || *c == ':')
        .collect();
    Some(format!("http://{address}"))
}

/// The baselines' server.
pub fn start_baseline(database: Option<&str>) -> Result<Process> {
    let mut command = Command::new(std::env::current_exe()?);
    command.arg("baseline");
    if let Some(url) = database {
        command.args(["--database", url]);
    }
    Process::spawn(command)
}

/// The engine, with an API key of every scope.
pub struct Engine {
    /// Its process; ended before the folder is removed.
    pub process: Process,
    client: reqwest::Client,
    key: String,
    data_dir: TempDir,
}

impl Engine {
    /// Starts `binary` with its own PostgreSQL on an empty folder.
    pub async fn start(binary: &Path) -> Result<Self> {
        let data_dir = tempfile::Builder::new().prefix("ve-bench-").tempdir()?;
        // PostgreSQL runs as an unprivileged user when the bench runs as root, and must reach its folder.
        std::fs::set_permissions(data_dir.path(), std::fs::Permissions::from_mode(0o755))?;
        let process = Process::spawn(command(
            binary,
            data_dir.path(),
            &["serve", "--bind", "127.0.0.1:0"],
        ))?;
        let output = command(
            binary,
            data_dir.path(),
            &["api-key", "create", "--name", "bench", "--scopes", "*"],
        )
        .output()?;
        if !output.status.success() {
            bail!(
                "api-key create: {}",
                String::from_utf8_lossy(&output.stderr)
            );
        }
        let key = String::from_utf8(output.stdout)?.trim().to_owned();
        let engine = Self {
            process,
            client: reqwest::Client::new(),
            key,
            data_dir,
        };
        engine.wait_until_ready().await?;
        Ok(engine)
    }

    async fn wait_until_ready(&self) -> Result<()> {
        for _ in 0..600 {
            if let Ok(answer) = self
                .client
                .get(format!("{}/readyz", self.process.url))
                .send()
                .await
                && answer.status().is_success()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        bail!("the engine was not ready within a minute")
    }

    /// URL of the engine's own PostgreSQL, for the baseline that shares it.
    pub fn database_url(&self) -> Result<String> {
        let path = self.data_dir.path().join("postgres/postmaster.pid");
        let text = std::fs::read_to_string(&path).with_context(|| path.display().to_string())?;
        let socket_dir = text
            .lines()
            .nth(4)
            .context("postmaster.pid names no socket folder")?;
        Ok(format!(
            "postgres:///viral_engine?host={socket_dir}&user=viral_engine"
        ))
    }

    /// The API key.
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Calls the API and answers its JSON.
    pub async fn call(
        &self,
        method: reqwest::Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let mut request = self
            .client
            .request(method, format!("{}{path}", self.process.url))
            .bearer_auth(&self.key);
        if let Some(body) = body {
            request = request.json(body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{path}: {status} {text}");
        }
        Ok(serde_json::from_str(&text)?)
    }
}

fn command(binary: &Path, data_dir: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(binary);
    command
        .args(arguments)
        .env_remove("DATABASE_URL")
        .env("DATA_DIR", data_dir)
        .env("LINK_TARGET_HOSTS", "learn.example.org")
        .env("LOG_LEVEL", "warn")
        .current_dir("/");
    command
}

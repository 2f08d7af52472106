//! The real binary on a folder of its own, which tests kill and start again.

use std::collections::HashMap;
use std::io::{BufRead, BufReader};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use serde_json::{Value, json};
use tempfile::TempDir;

const BINARY: &str = env!("CARGO_BIN_EXE_viral-engine");
const PATIENCE: Duration = Duration::from_secs(60);

/// A running engine.
pub struct Engine {
    // Dropped before the folder, so that nothing writes into it any more.
    child: Child,
    address: String,
    key: String,
    data_dir: TempDir,
}

impl Engine {
    /// Starts on an empty folder and a free port.
    pub async fn start() -> Result<Self> {
        let data_dir = tempfile::Builder::new().prefix("ve-faults-").tempdir()?;
        // PostgreSQL runs as an unprivileged user when the tests run as root, and must reach its folder.
        std::fs::set_permissions(data_dir.path(), std::fs::Permissions::from_mode(0o755))?;
        let (child, address) = serve(data_dir.path(), "127.0.0.1:0")?;
        let output = command(
            data_dir.path(),
            &["api-key", "create", "--name", "faults", "--scopes", "*"],
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
            child,
            address,
            key,
            data_dir,
        };
        engine.wait_until_ready().await?;
        Ok(engine)
    }

    /// kill -9, then a new process on the same folder and port.
    pub async fn kill_and_restart(&mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        let (child, _) = serve(self.data_dir.path(), &self.address)?;
        self.child = child;
        self.wait_until_ready().await
    }

    /// Host and port it listens on.
    pub fn address(&self) -> &str {
        &self.address
    }

    /// SIGTERM.
    pub fn ask_to_stop(&self) -> Result<()> {
        let status = Command::new("kill")
            .arg(self.child.id().to_string())
            .status()?;
        match status.success() {
            true => Ok(()),
            false => bail!("kill failed"),
        }
    }

    /// Waits for its end.
    pub fn exit_code(&mut self) -> Result<Option<i32>> {
        Ok(self.child.wait()?.code())
    }

    /// kill -9 of the postmaster; its children follow by themselves.
    pub fn kill_postgres(&self) -> Result<()> {
        let file = self.data_dir.path().join("postgres/postmaster.pid");
        let text = std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let pid = text.lines().next().context("postmaster.pid is empty")?;
        let status = Command::new("kill").args(["-9", pid.trim()]).status()?;
        if status.success() {
            Ok(())
        } else {
            bail!("kill -9 {pid} failed")
        }
    }

    /// Waits until `/readyz` says ok.
    pub async fn wait_until_ready(&self) -> Result<()> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        while tokio::time::Instant::now() < deadline {
            if let Ok(answer) = reqwest::get(format!("http://{}/readyz", self.address)).await
                && answer.status().is_success()
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        bail!("the engine was not ready within {PATIENCE:?}")
    }

    /// Mints a link and answers its URL.
    pub async fn mint_link(&self) -> Result<String> {
        self.call(
            reqwest::Method::PUT,
            "/v1/users/parent-1",
            json!({"persona": "parent", "age_band": "adult"}),
        )
        .await?;
        let link = self
            .call(
                reqwest::Method::POST,
                "/v1/links",
                json!({"referrer": "parent-1", "source": "organic", "channel": "copy", "target_url": "https://learn.example.org/join"}),
            )
            .await?;
        let token = link["token"].as_str().context("a link has a token")?;
        Ok(format!("http://{}/l/{token}", self.address))
    }

    /// Ids of all stored clicks and how often each is stored.
    pub async fn stored_clicks(&self) -> Result<HashMap<String, usize>> {
        let url = format!(
            "http://{}/v1/events/export?format=ndjson&type=click",
            self.address
        );
        let text = reqwest::Client::new()
            .get(url)
            .bearer_auth(&self.key)
            .send()
            .await?
            .error_for_status()?
            .text()
            .await?;
        let mut counts = HashMap::new();
        for line in text.lines() {
            let event: Value = serde_json::from_str(line)?;
            let id = event["id"].as_str().context("an event has an id")?;
            *counts.entry(id.to_owned()).or_insert(0) += 1;
        }
        Ok(counts)
    }

    async fn call(&self, method: reqwest::Method, path: &str, body: Value) -> Result<Value> {
        let url = format!("http://{}{path}", self.address);
        let answer = reqwest::Client::new()
            .request(method, url)
            .bearer_auth(&self.key)
            .json(&body)
            .send()
            .await?;
        let status = answer.status();
        let text = answer.text().await?;
        if !status.is_success() {
            bail!("{path}: {status} {text}");
        }
        Ok(serde_json::from_str(&text)?)
    }
}

impl Drop for Engine {
    fn drop(&mut self) {
        // SIGTERM, so that it also stops its PostgreSQL, unless it has ended.
        if let Ok(None) = self.child.try_wait() {
            let _ = self.ask_to_stop();
            let _ = self.child.wait();
        }
    }
}

fn command(data_dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(BINARY);
    command
        .args(args)
        .env_remove("DATABASE_URL")
        .env("DATA_DIR", data_dir)
        .env("LINK_TARGET_HOSTS", "learn.example.org")
        .env("LOG_LEVEL", "error")
        .current_dir("/");
    command
}

/// Starts `serve` and waits for the address it prints.
fn serve(data_dir: &Path, bind: &str) -> Result<(Child, String)> {
    let mut child = command(data_dir, &["serve", "--bind", bind])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::inherit())
        .spawn()?;
    let stdout = child.stdout.take().context("stdout is piped")?;
    let mut lines = BufReader::new(stdout).lines();
    for line in lines.by_ref() {
        let line = line?;
        if let Some(rest) = line.split("http://").nth(1) {
            let address: String = rest
                .chars()
                .take_while(|c| c.is_ascii_digit() || *c == '.' || *c == ':')
                .collect();
            // Keep reading, so that the engine never writes into a closed pipe.
            std::thread::spawn(move || lines.for_each(drop));
            return Ok((child, address));
        }
    }
    bail!("the engine ended with {}", child.wait()?)
}

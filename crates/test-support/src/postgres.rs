//! A PostgreSQL of the test process's own, gone when the process is.
//!
//! It lives in a temporary folder without fsync. A watchdog shell waits on a pipe that closes when the test
//! process ends, however it ends, and then stops the server and removes the folder.

use std::io;
use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;

use anyhow::{Context, Result, bail};

static SERVER: OnceLock<Server> = OnceLock::new();

struct Server {
    socket_dir: PathBuf,
    // Closing its standard input ends the server.
    _watchdog: Child,
}

/// URL of `database` on this process's server, which the first call starts.
///
/// # Panics
/// When PostgreSQL can not be started: no test can run without it.
pub fn url(database: &str) -> String {
    let server = SERVER.get_or_init(|| start().expect("PostgreSQL for the tests did not start"));
    format!(
        "postgres:///{database}?host={}&user=postgres",
        server.socket_dir.display()
    )
}

fn start() -> Result<Server> {
    let bin = bin_dir()?;
    let dir = std::env::temp_dir().join(format!("ve-test-{}", std::process::id()));
    let _ = std::fs::remove_dir_all(&dir);
    std::fs::create_dir(&dir)?;
    std::fs::set_permissions(&dir, std::fs::Permissions::from_mode(0o700))?;
    let user = unprivileged_user()?;
    if let Some((uid, gid)) = user {
        chown(&dir, Some(uid), Some(gid))?;
    }
    let data = dir.join("data");
    run(as_user(Command::new(bin.join("initdb")), user)
        .args([
            "--no-sync",
            "--auth=trust",
            "--username=postgres",
            "--encoding=UTF8",
            "--locale=C",
            "-D",
        ])
        .arg(&data))?;
    let options = format!(
        "-c listen_addresses='' -k {} -c fsync=off -c synchronous_commit=off -c full_page_writes=off \
         -c max_connections=300 -c shared_buffers=128MB -c autovacuum=off -c timezone=UTC",
        dir.display()
    );
    run(as_user(Command::new(bin.join("pg_ctl")), user)
        .args(["start", "-w", "-s", "-D"])
        .arg(&data)
        .arg("-l")
        .arg(dir.join("log"))
        .args(["-o", &options]))?;
    let script = "cat >/dev/null; \"$1/pg_ctl\" stop -s -m immediate -D \"$2/data\"; rm -rf \"$2\"";
    let watchdog = as_user(Command::new("sh"), user)
        .args(["-c", script, "sh"])
        .arg(&bin)
        .arg(&dir)
        .process_group(0)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    Ok(Server {
        socket_dir: dir,
        _watchdog: watchdog,
    })
}

fn as_user(mut command: Command, user: Option<(u32, u32)>) -> Command {
    if let Some((uid, gid)) = user {
        command.uid(uid).gid(gid);
    }
    command.current_dir("/");
    command
}

fn run(command: &mut Command) -> Result<()> {
    let output = command.stdout(Stdio::null()).output()?;
    if !output.status.success() {
        bail!("{command:?}: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}

/// PostgreSQL refuses to run as root, so a root process hands it to `postgres` or `nobody`.
fn unprivileged_user() -> Result<Option<(u32, u32)>> {
    if number("id", "-u")? != 0 {
        return Ok(None);
    }
    for name in ["postgres", "nobody"] {
        if let (Ok(uid), Ok(gid)) = (id_of("-u", name), id_of("-g", name)) {
            return Ok(Some((uid, gid)));
        }
    }
    bail!("tests that run as root need the user postgres or nobody")
}

fn id_of(flag: &str, name: &str) -> Result<u32> {
    let output = Command::new("id").args([flag, name]).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn number(program: &str, flag: &str) -> Result<u32> {
    let output = Command::new(program).arg(flag).output()?;
    Ok(String::from_utf8(output.stdout)?.trim().parse()?)
}

fn bin_dir() -> Result<PathBuf> {
    if let Some(dir) = std::env::var_os("PG_BIN_DIR") {
        return Ok(dir.into());
    }
    let on_path = std::env::var_os("PATH").unwrap_or_default();
    let debian = versions(Path::new("/usr/lib/postgresql")).unwrap_or_default();
    std::env::split_paths(&on_path)
        .chain(debian)
        .find(|dir| dir.join("initdb").is_file() && dir.join("pg_ctl").is_file())
        .context("install PostgreSQL 15 or newer (Debian: apt-get install postgresql), or set PG_BIN_DIR")
}

fn versions(dir: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found: Vec<PathBuf> = std::fs::read_dir(dir)?
        .filter_map(Result::ok)
        .map(|entry| entry.path().join("bin"))
        .collect();
    found.sort();
    found.reverse();
    Ok(found)
}

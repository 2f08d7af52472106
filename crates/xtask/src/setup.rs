//! What must be installed on the machine, and one sentence for each that is missing.
//!
//! `cargo xtask run` only looks. `cargo xtask test` also installs: system packages when it may (root, or sudo
//! without a password, on Debian and its kin), everything else inside the repository.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Result, bail};

use crate::shell::succeed;

/// Where Debian keeps the programs of PostgreSQL's server, which are not on PATH.
const DEBIAN_POSTGRES: &str = "/usr/lib/postgresql";
/// Names of Chromium in the wild.
const CHROMIUM: [&str; 4] = [
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
];
/// Where fonts lie on Linux.
const FONTS: [&str; 2] = ["/usr/share/fonts/truetype", "/usr/share/fonts/opentype"];

/// Refuses to go on when there is no PostgreSQL to run, and none configured.
pub fn require_postgres() -> Result<()> {
    if env::var_os("DATABASE_URL").is_none() && !has_postgres() {
        bail!(
            "Install PostgreSQL 15 or newer (Debian and Ubuntu: `apt-get install postgresql`, macOS: \
             `brew install postgresql@16`), or set PG_BIN_DIR to the folder of its `initdb`: the engine runs its own server."
        );
    }
    Ok(())
}

/// Installs PostgreSQL if it is missing and may be installed.
pub fn provide_postgres() -> Result<()> {
    if !has_postgres() {
        // A failure shows in the sentence below.
        let _ = apt_install(&["postgresql"]);
    }
    require_postgres()
}

fn has_postgres() -> bool {
    let on_path = on_path("initdb").is_some();
    let configured = env::var_os("PG_BIN_DIR").is_some();
    let versions = fs::read_dir(DEBIAN_POSTGRES)
        .into_iter()
        .flatten()
        .flatten();
    let mut debian = versions.map(|version| version.path().join("bin/initdb"));
    on_path || configured || debian.any(|initdb| initdb.exists())
}

/// Path of Chromium, installed with fonts if it is missing and may be installed.
pub fn provide_chromium() -> Result<PathBuf> {
    if find_chromium().is_none() || !has_fonts() {
        // Without fonts a page has no text to look at. A failure shows in the sentence below.
        let _ = apt_install(&["chromium", "fonts-liberation", "fonts-dejavu-core"]);
    }
    match find_chromium() {
        Some(path) => Ok(path),
        None => bail!(
            "Install Chromium (Debian: `apt-get install chromium fonts-liberation`), or set CHROMIUM to its path: \
             the admin app is tested in it."
        ),
    }
}

/// Installs Docker Compose if it is missing and may be installed; without it the compose file is not checked, which
/// its test says.
pub fn provide_compose() {
    let plugin = Command::new("docker").args(["compose", "version"]).output();
    if !plugin.is_ok_and(|plugin| plugin.status.success()) && on_path("docker-compose").is_none() {
        let _ = apt_install(&["docker-compose"]);
    }
}

fn find_chromium() -> Option<PathBuf> {
    let configured = env::var_os("CHROMIUM").map(PathBuf::from);
    configured.or_else(|| CHROMIUM.iter().find_map(|name| on_path(name)))
}

fn has_fonts() -> bool {
    !cfg!(target_os = "linux") || FONTS.iter().any(|folder| Path::new(folder).exists())
}

/// Installs Debian packages without asking.
fn apt_install(packages: &[&str]) -> Result<()> {
    if on_path("apt-get").is_none() {
        bail!("apt-get is not on this machine");
    }
    succeed(&mut apt(&["update", "--quiet"]))?;
    let mut install = apt(&["install", "--quiet", "--yes", "--no-install-recommends"]);
    install.args(packages);
    succeed(&mut install)
}

fn apt(arguments: &[&str]) -> Command {
    let mut command = if is_root() {
        Command::new("apt-get")
    } else {
        let mut sudo = Command::new("sudo");
        // Without a terminal nobody could type the password.
        sudo.args(["--non-interactive", "apt-get"]);
        sudo
    };
    command
        // Somebody else who installs something is waited for.
        .args(["-o", "DPkg::Lock::Timeout=600"])
        .args(arguments)
        .env("DEBIAN_FRONTEND", "noninteractive")
        .stdin(Stdio::null())
        .stdout(Stdio::null());
    command
}

/// Whether this process is root's.
pub fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|id| id.stdout.trim_ascii() == b"0")
}

/// A Python environment of the repository's own with the packages of `requirements`; answers the folder of
/// the programs.
pub fn provide_python(target: &Path, requirements: &Path) -> Result<PathBuf> {
    let venv = target.join("python");
    let programs = venv.join("bin");
    let wanted = fs::read_to_string(requirements)?;
    let stamp = venv.join("installed-requirements");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(programs);
    }
    if make_venv(&venv).is_err() {
        let _ = apt_install(&["python3", "python3-venv"]);
        if make_venv(&venv).is_err() {
            bail!(
                "Install Python 3.10 or newer with venv (Debian: `apt-get install python3-venv`): the API is tested with it."
            );
        }
    }
    let mut pip = Command::new(programs.join("pip"));
    pip.args([
        "install",
        "--quiet",
        "--disable-pip-version-check",
        "--requirement",
    ])
    .arg(requirements);
    succeed(&mut pip)?;
    fs::write(stamp, wanted)?;
    Ok(programs)
}

fn make_venv(venv: &Path) -> Result<()> {
    let mut python = Command::new("python3");
    python
        .args(["-m", "venv", "--clear"])
        .arg(venv)
        .stdout(Stdio::null());
    succeed(&mut python)
}

fn on_path(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH")?;
    env::split_paths(&path)
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

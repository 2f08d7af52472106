//! Makes the database's folder and says who may connect to it.

use std::path::Path;
use std::process::Command;

use super::account::Account;
use super::binaries::Binaries;
use super::error::EmbeddedError;
use super::layout::{Layout, private_dir};

/// The role that owns the cluster; the engine uses it only to make its own role and database.
pub(super) const SUPERUSER: &str = "postgres";
/// The engine's role and database: not a superuser, so that a flaw in a query can not run programs.
pub(super) const ENGINE: &str = "viral_engine";

/// Text sorts by code point, so that indexes do not depend on the operating system's collation version;
/// upper and lower case are Unicode's.
const CTYPE: &str = if cfg!(target_os = "macos") {
    "UTF-8"
} else {
    "C.UTF-8"
};

/// Major version that wrote the database, or `None` when there is none yet.
pub(super) fn written_by(cluster: &Path) -> Result<Option<String>, EmbeddedError> {
    let file = cluster.join("PG_VERSION");
    match std::fs::read_to_string(&file) {
        Ok(version) => Ok(Some(version.trim().to_owned())),
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(EmbeddedError::io("read", &file)(error)),
    }
}

/// Makes the database. It is made under another name first: a start that is killed halfway leaves nothing
/// that looks like a database.
pub(super) fn initialise(
    layout: &Layout,
    binaries: &Binaries,
    account: &Account,
) -> Result<(), EmbeddedError> {
    let folder = &layout.unfinished;
    if folder.exists() {
        std::fs::remove_dir_all(folder).map_err(EmbeddedError::io("remove", folder))?;
    }
    private_dir()
        .create(folder)
        .map_err(EmbeddedError::io("create", folder))?;
    account.own(folder)?;
    let mut command = Command::new(binaries.path("initdb"));
    command
        .arg("--pgdata")
        .arg(folder)
        .args([
            "--username",
            SUPERUSER,
            "--encoding",
            "UTF8",
            "--locale",
            "C",
        ])
        .args(["--lc-ctype", CTYPE, "--data-checksums", "--no-instructions"])
        .args(["--auth-local", "peer", "--auth-host", "reject"]);
    let output = account
        .run_as(bare_environment(&mut command))
        .output()
        .map_err(EmbeddedError::io("run", &binaries.path("initdb")))?;
    if !output.status.success() {
        return Err(EmbeddedError::Command {
            program: "initdb",
            output: String::from_utf8_lossy(&output.stderr).trim().to_owned(),
        });
    }
    std::fs::rename(folder, &layout.cluster).map_err(EmbeddedError::io("rename", folder))
}

/// Leaves a command only what it needs: the engine's environment can hold secrets, and PGDATA, PGPORT and
/// the like would lead PostgreSQL astray.
pub(super) fn bare_environment(command: &mut Command) -> &mut Command {
    const KEPT: [&str; 4] = [
        "PATH",
        "LD_LIBRARY_PATH",
        "DYLD_LIBRARY_PATH",
        "DYLD_FALLBACK_LIBRARY_PATH",
    ];
    command.env_clear().env("LC_ALL", "C").current_dir("/");
    command.envs(
        KEPT.iter()
            .filter_map(|name| Some((name, std::env::var_os(name)?))),
    )
}

/// Writes who may connect: by unix socket alone, as whom the operating system says they are. Root and the
/// server's own user may take both roles, so that commands run by either work beside a running engine.
pub(super) fn write_access_rules(layout: &Layout, account: &Account) -> Result<(), EmbeddedError> {
    let roles = [SUPERUSER, ENGINE];
    let ident: String = ["root", &account.name]
        .iter()
        .flat_map(|user| roles.map(|role| format!("engine \"{user}\" {role}\n")))
        .collect();
    write_public(&layout.hba, "local all all peer map=engine\n")?;
    write_public(&layout.ident, &ident)
}

/// Readable for the server's user, whose data folder nobody else can enter.
fn write_public(path: &Path, text: &str) -> Result<(), EmbeddedError> {
    use std::os::unix::fs::PermissionsExt;
    std::fs::write(path, text).map_err(EmbeddedError::io("write", path))?;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o644))
        .map_err(EmbeddedError::io("change the permissions of", path))
}

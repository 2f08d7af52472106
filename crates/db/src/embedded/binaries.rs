//! Finds an installed PostgreSQL.
//!
//! Debian keeps the server's programs outside of PATH in one folder per major version, Homebrew likewise, so
//! PATH alone is not enough. A data folder can be read by its own major version only: when one exists, that
//! version is looked for before a newer one.

use std::path::{Path, PathBuf};
use std::process::Command;

use super::error::EmbeddedError;

/// Oldest supported major version.
pub const MIN_MAJOR: u32 = 15;

/// Folders that hold one folder per installed version, and where the programs are below that.
const VERSIONED: [(&str, &str); 4] = [
    ("/usr/lib/postgresql", "bin"),
    ("/usr/local/opt", "bin"),
    ("/opt/homebrew/opt", "bin"),
    ("/usr/local/pgsql", "bin"),
];

/// The programs of one installed PostgreSQL.
#[derive(Clone, Debug)]
pub(super) struct Binaries {
    folder: PathBuf,
    /// Major version.
    pub major: u32,
}

impl Binaries {
    /// Path of a program.
    pub fn path(&self, program: &str) -> PathBuf {
        self.folder.join(program)
    }

    /// The folder's programs, when it has both `initdb` and `postgres` and the latter says its version.
    fn inspect(folder: &Path) -> Option<Self> {
        if !folder.join("initdb").is_file() {
            return None;
        }
        let output = Command::new(folder.join("postgres"))
            .arg("--version")
            .output()
            .ok()?;
        Some(Self {
            folder: folder.to_path_buf(),
            major: parse_major(&String::from_utf8_lossy(&output.stdout))?,
        })
    }
}

/// The programs to use: those of `explicit`, else of PG_BIN_DIR, else the first of PATH, else the newest
/// installed. `written` is the major version an existing data folder was written by.
pub(super) fn find(
    explicit: Option<&Path>,
    cluster: &Path,
    written: Option<&str>,
) -> Result<Binaries, EmbeddedError> {
    let chosen = explicit
        .map(Path::to_path_buf)
        .or_else(|| std::env::var_os("PG_BIN_DIR").map(PathBuf::from));
    let folders = match chosen {
        Some(folder) => vec![folder],
        None => search_folders(),
    };
    let found: Vec<Binaries> = folders
        .iter()
        .filter_map(|f| Binaries::inspect(f))
        .collect();
    choose(found, cluster, written)
}

fn choose(
    found: Vec<Binaries>,
    cluster: &Path,
    written: Option<&str>,
) -> Result<Binaries, EmbeddedError> {
    let (usable, old): (Vec<_>, Vec<_>) = found.into_iter().partition(|b| b.major >= MIN_MAJOR);
    let installed = describe(&usable);
    let pick = match written {
        Some(version) => usable.into_iter().find(|b| b.major.to_string() == version),
        None => usable.into_iter().next(),
    };
    pick.ok_or_else(|| match written {
        Some(version) if !installed.is_empty() => EmbeddedError::VersionMismatch {
            cluster: cluster.to_path_buf(),
            written: version.to_owned(),
            installed,
        },
        _ => EmbeddedError::NotInstalled {
            min: MIN_MAJOR,
            seen: match describe(&old) {
                versions if versions.is_empty() => versions,
                versions => format!(" (found only {versions})"),
            },
        },
    })
}

fn describe(found: &[Binaries]) -> String {
    let versions: Vec<String> = found.iter().map(|b| b.major.to_string()).collect();
    versions.join(", ")
}

/// PATH first, because it is what the operator chose; then the versioned folders, newest first.
fn search_folders() -> Vec<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    let mut versioned: Vec<(u32, PathBuf)> = VERSIONED
        .iter()
        .filter_map(|(parent, programs)| Some((std::fs::read_dir(parent).ok()?, programs)))
        .flat_map(|(entries, programs)| {
            entries.flatten().filter_map(move |entry| {
                let version = folder_version(&entry.file_name().to_string_lossy())?;
                Some((version, entry.path().join(programs)))
            })
        })
        .collect();
    versioned.sort_by(|a, b| b.cmp(a));
    folders.extend(versioned.into_iter().map(|(_, folder)| folder));
    folders
}

/// `16` of Debian's `16` and Homebrew's `postgresql@16`.
fn folder_version(name: &str) -> Option<u32> {
    name.strip_prefix("postgresql@")
        .unwrap_or(name)
        .parse()
        .ok()
}

/// `15` of `postgres (PostgreSQL) 15.18 (Debian 15.18-0+deb12u1)`; also of betas like `19beta1`.
fn parse_major(version: &str) -> Option<u32> {
    let number = version.split_whitespace().nth(2)?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    digits.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn installed(majors: &[u32]) -> Vec<Binaries> {
        majors
            .iter()
            .map(|&major| Binaries {
                folder: PathBuf::from(format!("/pg/{major}")),
                major,
            })
            .collect()
    }

    #[test]
    fn versions_are_read_from_what_postgres_prints() {
        assert_eq!(
            parse_major("postgres (PostgreSQL) 15.18 (Debian 15.18-0)\n"),
            Some(15)
        );
        assert_eq!(parse_major("postgres (PostgreSQL) 19beta1\n"), Some(19));
        assert_eq!(parse_major("mysqld 8.0"), None);
    }

    #[test]
    fn folders_of_debian_and_homebrew_tell_their_version() {
        assert_eq!(folder_version("16"), Some(16));
        assert_eq!(folder_version("postgresql@17"), Some(17));
        assert_eq!(folder_version("openssl@3"), None);
    }

    #[test]
    fn a_new_data_folder_takes_the_first_supported_version() {
        let pick = choose(installed(&[14, 17, 15]), Path::new("/d"), None).unwrap();
        assert_eq!(pick.major, 17);
    }

    #[test]
    fn an_existing_data_folder_takes_the_version_that_wrote_it() {
        let pick = choose(installed(&[17, 15]), Path::new("/d"), Some("15")).unwrap();
        assert_eq!(pick.major, 15);
        let error = choose(installed(&[17, 16]), Path::new("/d"), Some("15")).unwrap_err();
        assert!(
            error
                .to_string()
                .contains("/d was written by PostgreSQL 15, but only 17, 16")
        );
    }

    #[test]
    fn old_or_missing_versions_say_what_to_install() {
        let error = choose(installed(&[13]), Path::new("/d"), None)
            .unwrap_err()
            .to_string();
        assert!(
            error.contains("PostgreSQL 15 or newer is not installed"),
            "{error}"
        );
        assert!(error.contains("found only 13"), "{error}");
    }
}

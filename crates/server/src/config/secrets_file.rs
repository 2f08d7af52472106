//! Secrets that the engine makes for itself when it runs its own PostgreSQL.
//!
//! They are random, made once, and kept in the data folder beside the data they protect, readable by their
//! owner alone. With an external database nothing is made: every node must be given the same secrets.

use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

use viral_engine_db::embedded::create_data_dir;
use viral_engine_domain::links::key_ring::KeyRing;
use zeroize::Zeroizing;

use super::error::Problem;
use super::key::Key;
use super::table;
use super::values::{Values, toml_pairs};

const HEAD: &str = "\
# Secrets of this installation, made on its first start. Keep a copy apart from the database's backups:
# without PERSONAL_DATA_KEY the personal data in them can not be read.
";

/// The file of a data folder.
pub fn path(data_dir: &Path) -> PathBuf {
    data_dir.join("secrets.toml")
}

/// Takes what the file has, and adds what it lacks: to the file as well if `keep`, else for this run only.
pub(super) fn fill(values: &mut Values, data_dir: &Path, keep: bool, problems: &mut Vec<Problem>) {
    let file = path(data_dir);
    if let Err(error) = fill_from(values, &file, keep, problems) {
        problems.push(Problem::file(&file, error));
    }
}

fn fill_from(
    values: &mut Values,
    file: &Path,
    keep: bool,
    problems: &mut Vec<Problem>,
) -> io::Result<()> {
    // Two processes that start at once must agree on one set.
    let _lock = if keep { Some(lock(file)?) } else { None };
    if file.exists() {
        values.read_file(file, toml_pairs(file), problems);
    }
    let missing: Vec<Key> = missing(values);
    if missing.is_empty() {
        return Ok(());
    }
    let made = make(&missing)?;
    if keep && problems.is_empty() {
        append(file, &made)?;
    }
    values.generate(file, made);
    Ok(())
}

fn missing(values: &Values) -> Vec<Key> {
    let generated = table::keys().filter(|key| key.is_generated());
    generated
        .filter(|key| values.text(key.name).is_none())
        .map(std::borrow::Cow::into_owned)
        .collect()
}

/// Random values for `keys`.
fn make(keys: &[Key]) -> io::Result<Vec<(&'static str, Zeroizing<String>)>> {
    let make_one = |key: &Key| {
        let mut bytes = Zeroizing::new([0_u8; 32]);
        getrandom::fill(bytes.as_mut()).map_err(io::Error::from)?;
        let text = match key.name {
            "LINK_SIGNING_KEYS" => KeyRing::format_entry("k1", &bytes),
            _ => hex::encode(bytes.as_ref()),
        };
        Ok((key.name, Zeroizing::new(text)))
    };
    keys.iter().map(make_one).collect()
}

/// Writes a whole new file and puts it in the place of the old one, so that no crash leaves half a file.
fn append(file: &Path, made: &[(&'static str, Zeroizing<String>)]) -> io::Result<()> {
    let old = match std::fs::read_to_string(file) {
        Ok(text) => text,
        Err(error) if error.kind() == io::ErrorKind::NotFound => HEAD.to_owned(),
        Err(error) => return Err(error),
    };
    let mut text = Zeroizing::new(old);
    for (name, value) in made {
        text.push_str(&format!("{name} = \"{}\"\n", value.as_str()));
    }
    let staged = file.with_extension("toml.new");
    let mut new = private(&staged)?;
    new.set_len(0)?;
    new.write_all(text.as_bytes())?;
    new.sync_all()?;
    std::fs::rename(&staged, file)?;
    // The name must survive a power cut as well, or the next start would make other secrets.
    File::open(file.parent().unwrap_or(Path::new(".")))?.sync_all()
}

fn lock(file: &Path) -> io::Result<File> {
    if let Some(data_dir) = file.parent() {
        create_data_dir(data_dir).map_err(io::Error::other)?;
    }
    let lock = private(&file.with_extension("lock"))?;
    lock.lock()?;
    Ok(lock)
}

fn private(path: &Path) -> io::Result<File> {
    OpenOptions::new()
        .create(true)
        .truncate(false)
        .write(true)
        .mode(0o600)
        .open(path)
}

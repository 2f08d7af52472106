//! The built app in memory: a few files, read once and again when they were built anew.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use bytes::Bytes;
use sha2::{Digest, Sha256};

use crate::spa::encoding::Encoding;

/// Larger files are not ours.
const MAX_FILE: u64 = 16 * 1024 * 1024;

/// The app's folder.
#[derive(Debug)]
pub struct AppFiles {
    dir: PathBuf,
    loaded: ArcSwap<Loaded>,
}

/// The files of one build.
#[derive(Debug, Default)]
pub struct Loaded {
    built: Option<SystemTime>,
    files: HashMap<String, File>,
}

/// A file with its compressed forms.
#[derive(Debug)]
pub struct File {
    /// Media type.
    pub content_type: String,
    /// Strong ETag with its quotes.
    pub etag: String,
    plain: Bytes,
    compressed: Vec<(Encoding, Bytes)>,
}

impl AppFiles {
    /// Reads the folder; one that is missing has no files.
    pub fn new(dir: PathBuf) -> Self {
        let loaded = ArcSwap::from_pointee(load(&dir));
        Self { dir, loaded }
    }

    /// The files of the latest build. Looks at the page's time only; reads the folder when that has changed.
    pub fn current(&self) -> Arc<Loaded> {
        let loaded = self.loaded.load_full();
        if built(&self.dir) == loaded.built {
            return loaded;
        }
        let loaded = Arc::new(load(&self.dir));
        self.loaded.store(Arc::clone(&loaded));
        loaded
    }
}

impl Loaded {
    /// The file at a path below the folder.
    pub fn get(&self, path: &str) -> Option<&File> {
        self.files.get(path)
    }
}

impl File {
    /// The smallest form that is accepted.
    pub fn encoded(&self, accepted: impl Fn(Encoding) -> bool) -> (Option<Encoding>, Bytes) {
        let form = self
            .compressed
            .iter()
            .find(|(encoding, _)| accepted(*encoding));
        match form {
            Some((encoding, body)) => (Some(*encoding), body.clone()),
            None => (None, self.plain.clone()),
        }
    }
}

fn built(dir: &Path) -> Option<SystemTime> {
    std::fs::metadata(dir.join("index.html"))
        .and_then(|page| page.modified())
        .ok()
}

fn load(dir: &Path) -> Loaded {
    let built = built(dir);
    let files = ["", "assets"]
        .iter()
        .flat_map(|folder| {
            names(&dir.join(folder))
                .into_iter()
                .map(move |name| (*folder, name))
        })
        .filter_map(|(folder, name)| {
            let path = if folder.is_empty() {
                name
            } else {
                format!("{folder}/{name}")
            };
            let file = read_file(dir, &path)?;
            Some((path, file))
        })
        .collect();
    Loaded { built, files }
}

/// Names of the plain files in a folder.
fn names(folder: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(folder).into_iter().flatten();
    entries
        .filter_map(Result::ok)
        .filter(|entry| {
            entry
                .metadata()
                .is_ok_and(|file| file.is_file() && file.len() <= MAX_FILE)
        })
        .filter_map(|entry| entry.file_name().into_string().ok())
        .filter(|name| !name.ends_with(".br") && !name.ends_with(".gz"))
        .collect()
}

fn read_file(dir: &Path, path: &str) -> Option<File> {
    let plain: Bytes = std::fs::read(dir.join(path)).ok()?.into();
    let compressed = Encoding::ALL
        .into_iter()
        .filter_map(|encoding| {
            let path = dir.join(format!("{path}.{}", encoding.extension()));
            let body = std::fs::read(path).ok()?;
            Some((encoding, body.into()))
        })
        .collect();
    let digest = Sha256::digest(&plain);
    Some(File {
        content_type: content_type(path),
        etag: format!("\"{}\"", hex::encode(&digest[..12])),
        plain,
        compressed,
    })
}

fn content_type(path: &str) -> String {
    let guessed = mime_guess::from_path(path).first_or_octet_stream();
    if guessed.type_() == "text" {
        format!("{guessed}; charset=utf-8")
    } else {
        guessed.to_string()
    }
}

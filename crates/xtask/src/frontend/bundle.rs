//! The files of the app: named by their content, compressed beside themselves, and what they weigh.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use flate2::Compression;
use flate2::write::GzEncoder;
use sha2::{Digest, Sha256};

/// Highest quality and the largest window of brotli: this runs once, visitors load often.
const BROTLI_QUALITY: u32 = 11;
const BROTLI_WINDOW: u32 = 22;

/// When a file is loaded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Load {
    /// By the first visit, whatever the page.
    First,
    /// When a page of its part is visited.
    Later,
}

/// Files to be served, by path.
#[derive(Default)]
pub struct Bundle {
    files: Vec<(String, Vec<u8>, Load)>,
}

/// What the files weigh.
#[derive(Default)]
pub struct Report {
    lines: Vec<Line>,
}

struct Line {
    path: String,
    load: Load,
    plain: usize,
    brotli: usize,
    gzip: usize,
}

/// A name that changes with the content: `app.js` becomes `app-0123456789abcdef.js`.
pub fn hashed_name(name: &str, content: &[u8]) -> String {
    let digest = hex::encode(&Sha256::digest(content)[..8]);
    match name.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}-{digest}.{extension}"),
        None => format!("{name}-{digest}"),
    }
}

impl Bundle {
    /// Adds a file under a name that changes with its content; returns that name.
    pub fn add_hashed(&mut self, name: &str, content: Vec<u8>, load: Load) -> String {
        let hashed = hashed_name(name, &content);
        self.add(&hashed, content, load);
        hashed
    }

    /// Adds a file whose name changes with its content already.
    pub fn add(&mut self, hashed: &str, content: Vec<u8>, load: Load) {
        self.files.push((format!("assets/{hashed}"), content, load));
    }

    /// Adds `index.html`, the one file whose name does not change.
    pub fn add_page(&mut self, content: Vec<u8>) {
        self.files
            .push(("index.html".to_owned(), content, Load::First));
    }

    /// Replaces the folder `dist` by these files, each with its compressed forms if `compress`.
    ///
    /// # Errors
    /// When a file can not be written.
    pub fn write(&self, dist: &Path, compress: bool) -> Result<Report> {
        if dist.exists() {
            fs::remove_dir_all(dist).context("empty frontend/dist")?;
        }
        fs::create_dir_all(dist.join("assets"))?;
        let mut report = Report::default();
        for (path, content, load) in &self.files {
            let mut line = Line {
                path: path.clone(),
                load: *load,
                plain: content.len(),
                brotli: 0,
                gzip: 0,
            };
            fs::write(dist.join(path), content)?;
            if compress {
                let (small, wide) = (brotli(content)?, gzip(content)?);
                (line.brotli, line.gzip) = (small.len(), wide.len());
                fs::write(dist.join(format!("{path}.br")), small)?;
                fs::write(dist.join(format!("{path}.gz")), wide)?;
            }
            report.lines.push(line);
        }
        Ok(report)
    }
}

impl Report {
    /// Bytes of brotli that the first visit loads, whatever the page.
    pub fn first_load(&self) -> usize {
        self.weight(Load::First)
    }

    fn weight(&self, load: Load) -> usize {
        self.lines
            .iter()
            .filter(|line| line.load == load)
            .map(|line| line.brotli)
            .sum()
    }

    /// Prints a line a file.
    ///
    /// # Errors
    /// When standard output is closed.
    pub fn print(&self, dist: &Path) -> Result<()> {
        let mut out = std::io::stdout().lock();
        writeln!(out, "{}", dist.display())?;
        writeln!(
            out,
            "{:<44}{:>10}{:>10}{:>10}",
            "file", "bytes", "brotli", "gzip"
        )?;
        for line in &self.lines {
            writeln!(
                out,
                "{:<44}{:>10}{:>10}{:>10}",
                line.path, line.plain, line.brotli, line.gzip
            )?;
        }
        let kib = |bytes: usize| bytes as f64 / 1024.0;
        if self.first_load() > 0 {
            let (first, later) = (kib(self.first_load()), kib(self.weight(Load::Later)));
            writeln!(
                out,
                "first load: {first:.1} KiB of brotli; later, part by part: {later:.1} KiB"
            )?;
        }
        Ok(())
    }
}

fn brotli(content: &[u8]) -> Result<Vec<u8>> {
    let mut small = Vec::new();
    brotli::CompressorWriter::new(&mut small, 64 * 1024, BROTLI_QUALITY, BROTLI_WINDOW)
        .write_all(content)?;
    Ok(small)
}

fn gzip(content: &[u8]) -> Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content)?;
    Ok(encoder.finish()?)
}

#[cfg(test)]
mod tests {
    use super::hashed_name;

    #[test]
    fn the_name_follows_the_content() {
        let first = hashed_name("app.js", b"one");
        assert_eq!(first, hashed_name("app.js", b"one"));
        assert_ne!(first, hashed_name("app.js", b"two"));
        assert!(first.starts_with("app-") && first.ends_with(".js"));
    }
}

//! The text of every key that was given, and where it came from.
//!
//! Command line, environment, `.env`, TOML file: the first that names a key wins. An empty value counts as not
//! given, which is how container tools write "unset". The environment holds many other programs' variables;
//! the files are ours alone, so a key in them that nobody knows is an error.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use super::error::Problem;
use super::secret::Secret;
use super::table;

/// Where configuration is looked for. Tests give their own.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    /// Options of the command line, by key.
    pub command_line: Vec<(&'static str, String)>,
    /// Environment variables.
    pub environment: Vec<(String, String)>,
    /// The `.env` file, which need not exist.
    pub dotenv: Option<PathBuf>,
}

impl Sources {
    /// This process's environment and the `.env` of the current folder.
    pub fn of_process(command_line: Vec<(&'static str, String)>) -> Self {
        let environment = std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .map(|(name, value)| (name, value.to_string_lossy().into_owned()))
            .collect();
        Self {
            command_line,
            environment,
            dotenv: Some(PathBuf::from(".env")),
        }
    }
}

/// Where a value came from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// Command line option.
    CommandLine,
    /// Environment variable.
    Environment,
    /// A file.
    File(PathBuf),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CommandLine => f.write_str("command line"),
            Self::Environment => f.write_str("environment"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}

/// A value that was given. Any of them may be a secret, so none prints itself.
#[derive(Debug)]
struct Value {
    text: Secret,
    origin: Origin,
}

/// What was given, by key.
#[derive(Debug, Default)]
pub struct Values {
    given: BTreeMap<&'static str, Value>,
}

impl Values {
    /// Gathers all sources.
    pub fn gather(sources: &Sources, problems: &mut Vec<Problem>) -> Self {
        let mut values = Self::default();
        for (name, text) in &sources.command_line {
            values.offer(name, text, &Origin::CommandLine);
        }
        for (name, text) in &sources.environment {
            values.offer(name, text, &Origin::Environment);
        }
        if let Some(path) = sources.dotenv.as_deref().filter(|path| path.exists()) {
            values.read_file(path, dotenv_pairs(path), problems);
        }
        if let Some(file) = values.text("CONFIG_FILE") {
            let path = PathBuf::from(file);
            values.read_file(&path, toml_pairs(&path), problems);
        }
        values
    }

    /// The text of a key, if it was given.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.given.get(name).map(|value| value.text.expose())
    }

    /// Where the value of a key came from, if it was given.
    pub fn origin(&self, name: &str) -> Option<&Origin> {
        self.given.get(name).map(|value| &value.origin)
    }

    /// Takes pairs from a file; names that are no keys are problems.
    pub(super) fn read_file(&mut self, path: &Path, pairs: Pairs, problems: &mut Vec<Problem>) {
        let origin = Origin::File(path.to_path_buf());
        let pairs = pairs.unwrap_or_else(|reason| {
            problems.push(Problem::file(path, reason));
            Vec::new()
        });
        for (name, text) in pairs {
            if !self.offer(&name, text.expose(), &origin) {
                problems.push(Problem::unknown_key(path, &name));
            }
        }
    }

    /// Takes values that were just made for `file`.
    pub(super) fn generate(&mut self, file: &Path, made: Vec<(&'static str, Zeroizing<String>)>) {
        let origin = Origin::File(file.to_path_buf());
        for (name, text) in &made {
            self.offer(name, text, &origin);
        }
    }

    /// Takes a value unless the key has one. Answers whether there is such a key.
    fn offer(&mut self, name: &str, text: &str, origin: &Origin) -> bool {
        let Some(key) = table::find(name) else {
            return false;
        };
        let text = text.trim();
        if !text.is_empty() {
            self.given.entry(key.name).or_insert_with(|| Value {
                text: Secret::new(text),
                origin: origin.clone(),
            });
        }
        true
    }
}

/// What a file says, or why it can not be read. The reason must not quote the file, which may hold secrets.
type Pairs = Result<Vec<(String, Secret)>, String>;

fn dotenv_pairs(path: &Path) -> Pairs {
    let lines = dotenvy::from_path_iter(path).map_err(|error| error.to_string())?;
    lines
        .map(|line| match line {
            Ok((name, text)) => Ok((name, Secret::new(text))),
            Err(dotenvy::Error::LineParse(line, _)) => Err(match line_number(path, &line) {
                Some(number) => format!("line {number} is not KEY=value"),
                None => "a line is not KEY=value".to_owned(),
            }),
            Err(error) => Err(error.to_string()),
        })
        .collect()
}

fn line_number(path: &Path, line: &str) -> Option<usize> {
    let text = std::fs::read_to_string(path).ok()?;
    let index = text.lines().position(|other| other.trim() == line.trim())?;
    Some(index + 1)
}

/// Keys and values of a TOML file. Lists are joined with commas, as they are written in the environment.
pub(super) fn toml_pairs(path: &Path) -> Pairs {
    let text =
        std::fs::read_to_string(path).map_err(|error| format!("can not be read: {error}"))?;
    let table: toml::Table = text
        .parse()
        .map_err(|error: toml::de::Error| match error.span() {
            Some(span) => {
                let line = text[..span.start.min(text.len())].lines().count().max(1);
                format!("line {line}: {}", error.message())
            }
            None => error.message().to_owned(),
        })?;
    table
        .into_iter()
        .map(|(name, value)| match scalar(value) {
            Some(text) => Ok((name, Secret::new(text))),
            None => Err(format!(
                "{name} must be a text, a number, true, false or a list of texts"
            )),
        })
        .collect()
}

fn scalar(value: toml::Value) -> Option<String> {
    match value {
        toml::Value::String(text) => Some(text),
        toml::Value::Integer(number) => Some(number.to_string()),
        toml::Value::Float(number) => Some(number.to_string()),
        toml::Value::Boolean(flag) => Some(flag.to_string()),
        toml::Value::Array(items) => {
            let items: Option<Vec<String>> = items.into_iter().map(scalar).collect();
            Some(items?.join(","))
        }
        toml::Value::Table(_) | toml::Value::Datetime(_) => None,
    }
}

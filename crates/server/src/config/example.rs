//! Writes `.env.example` from the table of keys.

use std::borrow::Cow;
use std::fmt::Write;

use super::key::{Default, Key};
use super::table;

/// Width of a line of comment.
const WIDTH: usize = 110;

const HEAD: &str = "\
# Configuration of Viral Engine, made from the engine's own table of keys by `cargo xtask env-example`.
#
# Every key works as an environment variable, in a file `.env` in the folder the engine is started in, and in
# a TOML file that CONFIG_FILE names; the first of these wins. Everything has a default: with an empty
# configuration the engine runs its own PostgreSQL and makes its own secrets in DATA_DIR.
";

/// The text of `.env.example`.
pub fn example() -> String {
    let mut text = HEAD.to_owned();
    let mut section = None;
    for key in table::keys() {
        if section != Some(key.section) {
            section = Some(key.section);
            // Writing to a String can not fail.
            let _ = write!(text, "\n# ---- {} ----\n", key.section.title());
        }
        text.push_str(&entry(&key));
    }
    text
}

fn entry(key: &Key) -> String {
    let default = match &key.default {
        Default::Value(value) if value.is_empty() => "none".to_owned(),
        Default::Value(value) => value.clone().into_owned(),
        Default::Derived(from) => (*from).to_owned(),
        Default::Generated => "made on the first start; required with DATABASE_URL".to_owned(),
    };
    let mut lines = vec![
        key.purpose.to_owned(),
        key.effect.to_owned(),
        format!("Values: {}. Default: {default}.", key.kind.range()),
    ];
    if key.secret {
        lines.push("Secret: never shown.".to_owned());
    }
    let comment = wrap(&lines.join(" "));
    let value = match &key.default {
        Default::Value(value) => value,
        Default::Derived(_) | Default::Generated => "",
    };
    format!("\n{comment}#{}={}\n", key.name, quoted(value))
}

/// A value as a `.env` file takes it, which ends bare ones at a space.
fn quoted(value: &str) -> Cow<'_, str> {
    match value.contains(char::is_whitespace) {
        true => Cow::Owned(format!("\"{value}\"")),
        false => Cow::Borrowed(value),
    }
}

/// Breaks a text into lines of comment.
fn wrap(text: &str) -> String {
    let mut wrapped = String::new();
    let mut line = String::from("#");
    for word in text.split_whitespace() {
        if line.len() + 1 + word.len() > WIDTH {
            wrapped.push_str(&line);
            wrapped.push('\n');
            line = String::from("#");
        }
        line.push(' ');
        line.push_str(word);
    }
    wrapped + &line + "\n"
}

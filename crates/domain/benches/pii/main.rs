//! `cargo xtask bench pii [speed|linear|score|subject] …`: how fast and how well personal information is
//! found. Prints figures, never a text; ends with 1 when one misses its bar.
//!
//! - `speed`: short texts a second on one core, of made-up chat and of the public set
//! - `linear`: time of 2 MB over time of 1 MB, for texts made to be slow
//! - `score [FILE]`: recall, precision and leaks on labelled texts (the public set)
//! - `subject [VARIANTS]`: spellings of known names, of which nothing may be left (1,000,000)

mod chat;
mod linear;
mod score;
mod speed;
mod subject;

#[path = "../../tests/common/mod.rs"]
mod common;

use std::process::ExitCode;

/// The engine's.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// Whether a measurement met its bar.
type Met = bool;

fn main() -> ExitCode {
    // Cargo adds `--bench`.
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| argument != "--bench")
        .collect();
    let second = arguments.get(1).map(String::as_str);
    let met = match arguments.first().map(String::as_str) {
        Some("speed") => speed::run(),
        Some("linear") => linear::run(),
        Some("score") => score::run(second),
        Some("subject") => subject::run(second),
        None => [
            score::run(None),
            speed::run(),
            linear::run(),
            subject::run(None),
        ]
        .into_iter()
        .all(|met| met),
        Some(other) => {
            eprintln!("{other}: name speed, linear, score or subject.");
            return ExitCode::from(2);
        }
    };
    if met {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}

/// Prints a line of a table.
fn line(text: &str) {
    use std::io::Write as _;
    // A reader that went away has seen enough.
    let _ = writeln!(std::io::stdout(), "{text}");
}
